//! A notification: signalled, polled and waited for; badges accumulate.

use crate::ensure;
use crate::failure::{Checked, Outcome};
use crate::root::Root;
use crate::thread::Thread;
use selfe_sys as sys;

fn poll(notification: usize) -> usize {
    let mut badge = usize::MAX;
    // SAFETY: the badge belongs to this check.
    unsafe { sys::seL4_Poll(notification, &mut badge) };
    badge
}

/// Signals from this thread alone, and from another one.
pub fn check(root: &mut Root) -> Checked {
    let notification = root.create(sys::seL4_NotificationObject)?;
    let (first, second) = (root.mint(notification, 0x11)?, root.mint(notification, 0x22)?);
    let found = poll(notification);
    ensure!(found == 0, "badge {found:#x} before any signal");
    // SAFETY: a signal passes no message.
    unsafe {
        sys::seL4_Signal(first);
        sys::seL4_Signal(second);
    }
    let found = poll(notification);
    ensure!(found == 0x33, "badge {found:#x} after signals of 0x11 and 0x22");
    let found = poll(notification);
    ensure!(found == 0, "badge {found:#x} was left after polling");

    let thread = Thread::new(root, 0)?;
    thread.start(signals, second)?;
    let mut badge = 0;
    // SAFETY: the badge belongs to this check.
    unsafe { sys::seL4_Wait(notification, &mut badge) };
    ensure!(badge == 0x22, "waited and got badge {badge:#x}, not 0x22");
    Ok(Outcome::Ok)
}

fn signals(notification: usize) {
    // SAFETY: a signal passes no message.
    unsafe { sys::seL4_Signal(notification) };
}
