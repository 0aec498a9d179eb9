//! Messages of every length, with zero to three capabilities.
//!
//! Capabilities to the endpoint that a message goes through arrive as their badges; one other is
//! stored in the slot that the receiver has chosen. A message of n capabilities therefore has n - 1
//! badges and a notification here.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::message::{answer, info, label, receive, set_word, word, words};
use crate::root::{CNODE, DEPTH, Root};
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

static ENDPOINT: AtomicUsize = AtomicUsize::new(0);
static RECEIVED: AtomicUsize = AtomicUsize::new(0);

const MOST_WORDS: usize = sys::seL4_MsgMaxLength as usize;
const MOST_CAPS: usize = sys::seL4_MsgMaxExtraCaps as usize;
const BADGES: [usize; MOST_CAPS - 1] = [0x51, 0x52];
const SENDER: usize = 0x77;

/// The other thread's findings; the label of its answer is an index of this list.
const WRONG: &[&str] = &[
    "",
    "the badge",
    "the number of capabilities",
    "which capabilities came as badges",
    "a capability's badge",
    "a word",
    "the length",
];

/// A word of the message, different for each length and index.
fn pattern(length: usize, index: usize) -> usize {
    (length + 1).wrapping_mul(0x9e37_79b1) ^ index.wrapping_mul(0x0101_0101) ^ (usize::MAX / 3)
}

/// Sends all messages and checks the answers, which have the same lengths.
pub fn check(root: &mut Root) -> Checked {
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let notification = root.create(sys::seL4_NotificationObject)?;
    let badged = [root.mint(endpoint, BADGES[0])?, root.mint(endpoint, BADGES[1])?];
    let sender = root.mint(endpoint, SENDER)?;
    let signal = root.mint(notification, 1)?;
    ENDPOINT.store(endpoint, SeqCst);
    RECEIVED.store(root.slot()?, SeqCst);
    let reply = root.new_reply()?;
    let thread = Thread::new(root, 0)?;
    thread.start(other, reply)?;
    for length in 0..=MOST_WORDS {
        for count in 0..=MOST_CAPS {
            let others = badged.iter().take(count.saturating_sub(1));
            let caps = others.chain((count > 0).then_some(&signal));
            for (index, cap) in caps.enumerate() {
                // SAFETY: this thread has an IPC buffer.
                unsafe { sys::seL4_SetCap(index as _, *cap) };
            }
            exchange(sender, length, count)?;
            let mut badge = 0;
            // SAFETY: the badge belongs to this check.
            unsafe { sys::seL4_Poll(notification, &mut badge) };
            let wanted = usize::from(count > 0);
            ensure!(
                badge == wanted,
                "{length} words, {count} capabilities: the one that was sent signalled {badge}"
            );
        }
    }
    thread.suspend()?;
    Ok(Outcome::Ok)
}

/// Sends one message and checks its answer.
fn exchange(endpoint: usize, length: usize, caps: usize) -> Result<(), Failure> {
    for index in 0..length {
        set_word(index, pattern(length, index));
    }
    // SAFETY: this thread has an IPC buffer.
    let answer = unsafe {
        let message = sys::seL4_MessageInfo_new(0, 0, caps as _, length as _);
        sys::seL4_Call(endpoint, message)
    };
    let wrong = WRONG.get(label(answer)).copied().unwrap_or("something");
    ensure!(
        wrong.is_empty(),
        "{length} words, {caps} capabilities: {wrong} was {:#x} to the receiver",
        word(0)
    );
    ensure!(
        words(answer) == length,
        "an answer of {} words, not {length}",
        words(answer)
    );
    for index in 0..length {
        let (found, wanted) = (word(index), !pattern(length, index));
        ensure!(
            found == wanted,
            "word {index} of {length} came back as {found:#x}, not {wanted:#x}"
        );
    }
    Ok(())
}

/// The other thread: checks each message, signals through the capability that arrived, and answers
/// with every word inverted.
fn other(reply: usize) {
    let (endpoint, slot) = (ENDPOINT.load(SeqCst), RECEIVED.load(SeqCst));
    // Lengths and numbers of capabilities arrive in a known order.
    for length in 0..=MOST_WORDS {
        for count in 0..=MOST_CAPS {
            // SAFETY: this thread has an IPC buffer, and the slot is empty.
            unsafe { sys::seL4_SetCapReceivePath(CNODE, slot, usize::from(DEPTH)) };
            let (message, badge) = receive(endpoint, reply);
            let wrong = look(message, badge, length, count);
            if wrong.is_none() {
                for index in 0..length {
                    set_word(index, !word(index));
                }
            }
            if count > 0 {
                pass_on(slot, length);
            }
            match wrong {
                None => answer(reply, info(0, length)),
                Some((label, value)) => {
                    set_word(0, value);
                    answer(reply, info(label, 1));
                }
            }
        }
    }
}

/// The finding for a message, as an index of [`WRONG`], and the actual value.
fn look(message: sys::seL4_MessageInfo_t, badge: usize, length: usize, count: usize) -> Option<(usize, usize)> {
    let caps = sys::seL4_MessageInfo_get_extraCaps(message) as usize;
    let unwrapped = sys::seL4_MessageInfo_get_capsUnwrapped(message) as usize;
    let badges = count.saturating_sub(1);
    if badge != SENDER {
        return Some((1, badge));
    }
    if caps != count {
        return Some((2, caps));
    }
    if unwrapped != (1 << badges) - 1 {
        return Some((3, unwrapped));
    }
    for (index, wanted) in BADGES.iter().enumerate().take(badges) {
        // SAFETY: this thread has an IPC buffer.
        let found = unsafe { sys::seL4_GetBadge(index as _) };
        if found != *wanted {
            return Some((4, found));
        }
    }
    if words(message) != length {
        return Some((6, words(message)));
    }
    (0..length)
        .map(word)
        .enumerate()
        .find(|&(index, found)| found != pattern(length, index))
        .map(|(_, found)| (5, found))
}

/// Signals through a capability and deletes it. The system calls overwrite the message's first
/// words, so those are saved meanwhile.
fn pass_on(slot: usize, length: usize) {
    const OVERWRITTEN: usize = 8;
    let mut kept = [0; OVERWRITTEN];
    let count = length.min(OVERWRITTEN);
    for (index, kept) in kept.iter_mut().enumerate().take(count) {
        *kept = word(index);
    }
    // SAFETY: it is this thread's slot.
    unsafe {
        sys::seL4_Signal(slot);
        sys::seL4_CNode_Delete(CNODE, slot, DEPTH);
    }
    for (index, kept) in kept.iter().enumerate().take(count) {
        set_word(index, *kept);
    }
}
