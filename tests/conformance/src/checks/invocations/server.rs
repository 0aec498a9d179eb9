//! The thread behind the endpoint: it records each message and answers as configured.

use super::call::{MOST_CAPS, MOST_WORDS, pattern};
use crate::message::{answer, info, label, receive, set_word, word, words};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

/// A word that both threads access, but never at the same time: one of them always waits.
type Shared = AtomicUsize;

static ENDPOINT: Shared = Shared::new(0);
static LABEL: Shared = Shared::new(0);
static FLIP: Shared = Shared::new(0);
static HEAD: [Shared; 5] = [const { Shared::new(0) }; 5];
static BADGES: [Shared; MOST_CAPS] = [const { Shared::new(0) }; MOST_CAPS];
static WORDS: [Shared; MOST_WORDS] = [const { Shared::new(0) }; MOST_WORDS];

/// The kind of the words in an answer.
const ANSWERED: usize = 7;

/// A message as it arrived.
pub struct Message {
    /// The badge of the capability it was sent through.
    pub badge: usize,
    /// Its label.
    pub label: usize,
    /// The number of its words.
    pub length: usize,
    /// The number of its capabilities.
    pub caps: usize,
    /// The mask of those that arrived as badges.
    pub unwrapped: usize,
    /// Their badges.
    pub badges: [usize; MOST_CAPS],
    /// Its words, followed by zeros.
    pub words: [usize; MOST_WORDS],
}

/// Sets the endpoint, before the thread starts.
pub fn will_serve(endpoint: usize) {
    ENDPOINT.store(endpoint, SeqCst);
}

/// Configures the following answers: their label, and a mask by which their words, the maximum
/// number of them, are inverted.
pub fn will_answer(label: usize, flip: usize) {
    LABEL.store(label, SeqCst);
    FLIP.store(flip, SeqCst);
}

/// The last message.
pub fn message() -> Message {
    let load = |shared: &Shared| shared.load(SeqCst);
    let [badge, label, length, caps, unwrapped] = HEAD.each_ref().map(load);
    Message {
        badge,
        label,
        length,
        caps,
        unwrapped,
        badges: BADGES.each_ref().map(load),
        words: WORDS.each_ref().map(load),
    }
}

/// Runs the thread, with its reply object.
pub fn serve(reply: usize) {
    let endpoint = ENDPOINT.load(SeqCst);
    loop {
        let (message, badge) = receive(endpoint, reply);
        let caps = sys::seL4_MessageInfo_get_extraCaps(message) as usize;
        let unwrapped = sys::seL4_MessageInfo_get_capsUnwrapped(message) as usize;
        let length = words(message);
        let head = [badge, label(message), length, caps, unwrapped];
        for (kept, found) in HEAD.iter().zip(head) {
            kept.store(found, SeqCst);
        }
        for (index, kept) in BADGES.iter().enumerate() {
            let badge = match unwrapped & (1 << index) {
                0 => 0,
                // SAFETY: this thread has an IPC buffer.
                _ => unsafe { sys::seL4_GetBadge(index as _) },
            };
            kept.store(badge, SeqCst);
        }
        for (index, kept) in WORDS.iter().enumerate() {
            kept.store(if index < length { word(index) } else { 0 }, SeqCst);
        }
        let flip = FLIP.load(SeqCst);
        for index in 0..MOST_WORDS {
            set_word(index, pattern(ANSWERED, index) ^ flip);
        }
        answer(reply, info(LABEL.load(SeqCst), MOST_WORDS));
    }
}
