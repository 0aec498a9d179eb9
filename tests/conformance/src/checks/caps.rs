//! Capabilities in messages, in both forms and both directions. Those to the endpoint that the
//! message goes through arrive as their badges, and one other arrives in the slot that the receiver
//! has chosen.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{Buffer, C, Calls, Form, Inline};
use crate::message::info;
use crate::root::{CNODE, DEPTH, Root};
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

const BADGES: [usize; 2] = [0x51, 0x52];
const SIGNAL: usize = 0x44;

/// The shared objects: an endpoint, a capability to it with each badge, a capability to a
/// notification, and a slot for each thread.
struct Shared {
    endpoint: AtomicUsize,
    badged: [AtomicUsize; 2],
    signal: AtomicUsize,
    slots: [AtomicUsize; 2],
    /// What the other thread received: the number of capabilities, the mask of those that arrived
    /// as badges, and the badges.
    received: [AtomicUsize; 4],
}

static SHARED: Shared = Shared {
    endpoint: AtomicUsize::new(0),
    badged: [const { AtomicUsize::new(0) }; 2],
    signal: AtomicUsize::new(0),
    slots: [const { AtomicUsize::new(0) }; 2],
    received: [const { AtomicUsize::new(0) }; 4],
};

/// Checks both forms.
pub fn check(root: &mut Root) -> Checked {
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let notification = root.create(sys::seL4_NotificationObject)?;
    SHARED.endpoint.store(endpoint, SeqCst);
    for (place, badge) in SHARED.badged.iter().zip(BADGES) {
        place.store(root.mint(endpoint, badge)?, SeqCst);
    }
    SHARED.signal.store(root.mint(notification, SIGNAL)?, SeqCst);
    for slot in &SHARED.slots {
        slot.store(root.slot()?, SeqCst);
    }
    check_form::<C>(root, notification)?;
    check_form::<Inline>(root, notification)?;
    Ok(Outcome::Ok)
}

/// The first thread uses the form under test, the other one libsel4.a.
fn check_form<F: Form>(root: &mut Root, notification: usize) -> Result<(), Failure> {
    let thread = Thread::new(root, 0)?;
    let reply = root.new_reply()?;
    thread.start(other, reply)?;
    let endpoint = SHARED.endpoint.load(SeqCst);
    for count in 0..=3 {
        let message = put::<F>(count);
        F::call(endpoint, message);
        let received = SHARED.received.each_ref().map(|word| word.load(SeqCst));
        compare::<F>("sent", count, received)?;
        signalled::<F>("sent", notification, count)?;

        F::set_path(CNODE, SHARED.slots[0].load(SeqCst), DEPTH.into());
        let message = F::recv(endpoint, None, root.reply);
        compare::<F>("received", count, came::<F>(message))?;
        use_up::<F>(0, count);
        signalled::<F>("received", notification, count)?;
    }
    F::set_path(0, 0, 0);
    thread.suspend()
}

/// Receives the first thread's messages and sends the same capabilities back.
fn other(reply: usize) {
    let endpoint = SHARED.endpoint.load(SeqCst);
    loop {
        C::set_path(CNODE, SHARED.slots[1].load(SeqCst), DEPTH.into());
        let message = C::recv(endpoint, None, reply);
        let received = came::<C>(message);
        for (place, word) in SHARED.received.iter().zip(received) {
            place.store(word, SeqCst);
        }
        let [count, ..] = received;
        use_up::<C>(1, count);
        C::answer(reply, info(0, 0));
        let message = put::<C>(count);
        C::send(endpoint, message);
    }
}

/// Puts capabilities into a message, the notification's last.
fn put<F: Form>(count: usize) -> sys::seL4_MessageInfo_t {
    let badged = SHARED.badged.iter().take(count.saturating_sub(1));
    for (index, cap) in badged.chain((count > 0).then_some(&SHARED.signal)).enumerate() {
        F::set_cap(index, cap.load(SeqCst));
    }
    sys::seL4_MessageInfo_new(0, 0, count as _, 0)
}

/// The capabilities that arrived with a message.
fn came<F: Form>(message: sys::seL4_MessageInfo_t) -> [usize; 4] {
    let count = sys::seL4_MessageInfo_get_extraCaps(message) as usize;
    let unwrapped = sys::seL4_MessageInfo_get_capsUnwrapped(message) as usize;
    let badge = |index| {
        if unwrapped >> index & 1 != 0 {
            F::badge(index)
        } else {
            0
        }
    };
    [count, unwrapped, badge(0), badge(1)]
}

/// Signals through the capability that arrived, and deletes it.
fn use_up<F: Form>(thread: usize, count: usize) {
    if count > 0 {
        let slot = SHARED.slots[thread].load(SeqCst);
        F::signal(slot);
        // SAFETY: no other thread uses it.
        unsafe { sys::seL4_CNode_Delete(CNODE, slot, DEPTH) };
    }
}

fn compare<F: Form>(how: &str, count: usize, received: [usize; 4]) -> Result<(), Failure> {
    let badges = count.saturating_sub(1);
    let badge = |index| if index < badges { BADGES[index] } else { 0 };
    let wanted = [count, (1 << badges) - 1, badge(0), badge(1)];
    ensure!(
        received == wanted,
        "{count} {how} ({}): extraCaps, capsUnwrapped, badges {received:x?}, not {wanted:x?}",
        F::NAME
    );
    Ok(())
}

fn signalled<F: Form>(how: &str, notification: usize, count: usize) -> Result<(), Failure> {
    let mut badge = 7;
    F::poll(notification, Some(&mut badge));
    let wanted = if count > 0 { SIGNAL } else { 0 };
    ensure!(
        badge == wanted,
        "{count} {how} ({}): the one that came signalled {badge:#x}, not {wanted:#x}",
        F::NAME
    );
    Ok(())
}
