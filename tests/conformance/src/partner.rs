//! A thread that exchanges messages with the checks of the system calls. It uses the functions of
//! libsel4.a.
//!
//! It waits for messages at an endpoint, records them, and acts according to the label. Its own
//! messages repeat the received words inverted; those that are not answers go to a second endpoint.
//! It answers and waits in one system call, so that after an answer it can receive without delay.

use crate::failure::Failure;
use crate::forms::{Buffer, C, Calls};
use crate::message::{info, label, words};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_IPCBuffer, seL4_MessageInfo_t};

/// In a label: the partner answers.
pub const ANSWER: usize = 1;
/// The partner calls, and records the answer.
pub const CALL: usize = 2;
/// The partner sends; after a call, it sends the answer.
pub const SEND: usize = 4;
/// The partner does not record the message.
pub const QUIET: usize = 8;
/// The first bit of a label that is none of these flags.
pub const OTHERS: u32 = 4;

/// The number that it adds to a message's label.
pub const ADDED: usize = 0x1_0000;

/// The badge under which it receives messages.
pub const OURS: usize = 0x77;
/// The badge of its own messages, except for answers.
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

/// The thread, and the objects to communicate with it.
pub struct Partner {
    /// The endpoint it waits at.
    pub orders: seL4_CPtr,
    /// The endpoint it sends to.
    pub side: seL4_CPtr,
    /// The first thread's reply object.
    pub reply: seL4_CPtr,
    /// The first thread's buffer.
    pub buffer: *mut seL4_IPCBuffer,
    thread: Thread,
}

/// The recorded state.
pub struct Noted {
    /// How many messages it has recorded.
    pub count: usize,
    /// The label of the last one.
    pub label: usize,
    /// The number of its words.
    pub length: usize,
    /// The sender's badge; 0 for an answer.
    pub badge: usize,
}

impl Partner {
    /// Starts the partner. There is one at a time.
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

    /// Stops the partner.
    pub fn stop(self) -> Result<(), Failure> {
        self.thread.suspend()
    }

    /// Returns when the partner waits for a message, and so has recorded all earlier ones.
    pub fn wait(&self) {
        C::call(self.orders, info(ANSWER | QUIET, 0));
    }

    /// Returns when the partner cannot continue without this thread.
    pub fn settle(&self) {
        // Both threads have the same priority.
        for _ in 0..100 {
            C::r#yield();
        }
    }

    /// The recorded state.
    pub fn noted(&self) -> Noted {
        Noted {
            count: COUNT.load(SeqCst),
            label: LABEL.load(SeqCst),
            length: LENGTH.load(SeqCst),
            badge: BADGE.load(SeqCst),
        }
    }

    /// A word of the message that it recorded last.
    pub fn noted_word(&self, index: usize) -> usize {
        WORDS[index].load(SeqCst)
    }

    /// Reads a word of the first thread's buffer.
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

/// The partner's thread.
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

/// Inverts the words of the message in the buffer.
fn invert(message: seL4_MessageInfo_t) -> seL4_MessageInfo_t {
    for index in 0..words(message) {
        C::set_word(index, !C::word(index));
    }
    info(label(message).wrapping_add(ADDED), words(message))
}
