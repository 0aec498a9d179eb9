//! The thread behind the endpoint: keeps each message, and answers as it was told.

use super::call::{MOST_CAPS, MOST_WORDS, pattern};
use crate::message::{answer, info, label, receive, set_word, word, words};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

/// A word that both threads know. Neither touches it while the other does: one of them waits.
type Shared = AtomicUsize;

static ENDPOINT: Shared = Shared::new(0);
static LABEL: Shared = Shared::new(0);
static FLIP: Shared = Shared::new(0);
static HEAD: [Shared; 5] = [const { Shared::new(0) }; 5];
static BADGES: [Shared; MOST_CAPS] = [const { Shared::new(0) }; MOST_CAPS];
static WORDS: [Shared; MOST_WORDS] = [const { Shared::new(0) }; MOST_WORDS];

/// The kind of the answer's words.
const ANSWERED: usize = 7;

/// A message as it arrived.
pub struct Message {
    /// The badge of the capability that it came through.
    pub badge: usize,
    /// Its label.
    pub label: usize,
    /// The number of its words.
    pub length: usize,
    /// The number of its capabilities.
    pub caps: usize,
    /// Which of them came as badges.
    pub unwrapped: usize,
    /// Their badges.
    pub badges: [usize; MOST_CAPS],
    /// Its words, and zeros.
    pub words: [usize; MOST_WORDS],
}

/// Says where the messages come, before the thread starts.
pub fn will_serve(endpoint: usize) {
    ENDPOINT.store(endpoint, SeqCst);
}

/// Says how messages are answered from now on: with a label, and as many words as there can be, of
/// which these bits are inverted.
pub fn will_answer(label: usize, flip: usize) {
    LABEL.store(label, SeqCst);
    FLIP.store(flip, SeqCst);
}

/// The message that came last.
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

/// The thread, with its reply object.
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
