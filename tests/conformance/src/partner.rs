//! A thread that messages are exchanged with, for the checks of system calls. It uses libsel4.a's
//! functions.
//!
//! It waits for messages at one endpoint, notes what came, and does what the message's label says.
//! Its own messages are what came with every word inverted; those that are not answers go to a
//! second endpoint. It answers and waits again in one system call, so that after an answer it can
//! be sent to without waiting.

use crate::failure::Failure;
use crate::forms::{Buffer, C, Calls};
use crate::message::{info, label, words};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_IPCBuffer, seL4_MessageInfo_t};

/// In a label: it is to answer.
pub const ANSWER: usize = 1;
/// It calls, and notes the answer.
pub const CALL: usize = 2;
/// It sends, after a call the call's answer.
pub const SEND: usize = 4;
/// It does not note the message.
pub const QUIET: usize = 8;
/// The first bit of a label that is none of these.
pub const OTHERS: u32 = 4;

/// What it adds to a message's label.
pub const ADDED: usize = 0x1_0000;

/// The badge under which it gets messages.
pub const OURS: usize = 0x77;
/// The badge of its own messages, but not of its answers.
pub const ITS: usize = 0x66;

/// The words of the longest message.
pub const MOST: usize = sys::seL4_MsgMaxLength as usize;

static ORDERS: AtomicUsize = AtomicUsize::new(0);
static SIDE: AtomicUsize = AtomicUsize::new(0);

static COUNT: AtomicUsize = AtomicUsize::new(0);
static LABEL: AtomicUsize = AtomicUsize::new(0);
static LENGTH: AtomicUsize = AtomicUsize::new(0);
static BADGE: AtomicUsize = AtomicUsize::new(0);
static WORDS: [AtomicUsize; MOST] = [const { AtomicUsize::new(0) }; MOST];

/// The thread, and what is needed to talk with it.
pub struct Partner {
    /// The endpoint at which it waits.
    pub orders: seL4_CPtr,
    /// The endpoint to which it sends.
    pub side: seL4_CPtr,
    /// The first thread's reply object.
    pub reply: seL4_CPtr,
    /// The first thread's buffer.
    pub buffer: *mut seL4_IPCBuffer,
    thread: Thread,
}

/// What it noted.
pub struct Noted {
    /// How many messages it has noted.
    pub count: usize,
    /// The last one's label.
    pub label: usize,
    /// The number of its words.
    pub length: usize,
    /// The sender's badge; 0 for an answer.
    pub badge: usize,
}

impl Partner {
    /// Starts it; there is one at a time.
    pub fn new(root: &mut Root) -> Result<Self, Failure> {
        let endpoint = root.create(sys::seL4_EndpointObject)?;
        let side = root.create(sys::seL4_EndpointObject)?;
        let orders = root.mint(endpoint, OURS)?;
        ORDERS.store(endpoint, SeqCst);
        SIDE.store(root.mint(side, ITS)?, SeqCst);
        let reply = root.new_reply()?;
        let thread = Thread::new(root, 0)?;
        thread.start(serve, reply)?;
        let partner = Partner {
            orders,
            side,
            reply: root.reply,
            buffer: root.info.ipcBuffer,
            thread,
        };
        partner.wait();
        Ok(partner)
    }

    /// Ends it.
    pub fn stop(self) -> Result<(), Failure> {
        self.thread.suspend()
    }

    /// Returns when it waits for a message, and so has noted all before.
    pub fn wait(&self) {
        C::call(self.orders, info(ANSWER | QUIET, 0));
    }

    /// Returns when it has come as far as it can without this thread.
    pub fn settle(&self) {
        // Both have the same priority.
        for _ in 0..100 {
            C::r#yield();
        }
    }

    /// What it has noted.
    pub fn noted(&self) -> Noted {
        Noted {
            count: COUNT.load(SeqCst),
            label: LABEL.load(SeqCst),
            length: LENGTH.load(SeqCst),
            badge: BADGE.load(SeqCst),
        }
    }

    /// A word of the message that it noted last.
    pub fn noted_word(&self, index: usize) -> usize {
        WORDS[index].load(SeqCst)
    }

    /// A word in the first thread's buffer.
    pub fn word(&self, index: usize) -> usize {
        // SAFETY: the buffer is this thread's.
        unsafe { (&raw const (*self.buffer).msg[index]).read_volatile() }
    }

    /// Writes a word to the first thread's buffer.
    pub fn set_word(&self, index: usize, word: usize) {
        // SAFETY: the buffer is this thread's.
        unsafe { (&raw mut (*self.buffer).msg[index]).write_volatile(word) }
    }
}

/// The thread.
fn serve(reply: usize) {
    let (orders, side) = (ORDERS.load(SeqCst), SIDE.load(SeqCst));
    let mut badge = 0;
    let mut message = C::recv(orders, Some(&mut badge), reply);
    loop {
        let order = label(message);
        if order & QUIET == 0 {
            note(message, badge);
        }
        let mut inverted = invert(message);
        if order & (ANSWER | CALL | SEND) == ANSWER {
            message = C::reply_recv(orders, inverted, Some(&mut badge), reply);
            continue;
        }
        if order & ANSWER != 0 {
            C::answer(reply, inverted);
        }
        if order & CALL != 0 {
            let answer = C::call(side, inverted);
            note(answer, 0);
            inverted = invert(answer);
        }
        if order & SEND != 0 {
            C::send(side, inverted);
        }
        message = C::recv(orders, Some(&mut badge), reply);
    }
}

fn note(message: seL4_MessageInfo_t, badge: usize) {
    LABEL.store(label(message), SeqCst);
    LENGTH.store(words(message), SeqCst);
    BADGE.store(badge, SeqCst);
    for (index, word) in WORDS.iter().enumerate().take(words(message)) {
        word.store(C::word(index), SeqCst);
    }
    COUNT.fetch_add(1, SeqCst);
}

/// Inverts the message in the buffer.
fn invert(message: seL4_MessageInfo_t) -> seL4_MessageInfo_t {
    for index in 0..words(message) {
        C::set_word(index, !C::word(index));
    }
    info(label(message).wrapping_add(ADDED), words(message))
}
