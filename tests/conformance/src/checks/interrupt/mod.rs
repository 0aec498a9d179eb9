//! An interrupt: a timer of the platform is set, its interrupt arrives as a signal, and after the acknowledgement a second one.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod ports;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use ports as timer;
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
mod devices;
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
use devices as timer;

use crate::ensure;
use crate::failure::{Checked, Outcome, kernel};
use crate::root::Root;
use selfe_sys as sys;
use timer::Timer;

/// How often to ask: for some seconds.
const POLLS: usize = 2_000_000;

fn arrives(notification: usize) -> bool {
    let mut badge = 0;
    (0..POLLS).any(|_| {
        // SAFETY: the badge is ours.
        unsafe { sys::seL4_Poll(notification, &mut badge) };
        badge != 0
    })
}

/// None before the timer is set, one after.
pub fn check(root: &mut Root) -> Checked {
    let timer = match Timer::find(root)? {
        Ok(timer) => timer,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let notification = root.create(sys::seL4_NotificationObject)?;
    let badged = root.mint(notification, 0x1f)?;
    // SAFETY: nobody else has the interrupt.
    kernel("naming the interrupt's notification", unsafe {
        sys::seL4_IRQHandler_SetNotification(timer.handler, badged)
    })?;
    // The firmware may have left the timer running: an interrupt of that time is masked, or on its way.
    // SAFETY: the device is quiet; the badge is ours.
    kernel("acknowledging an interrupt of before", unsafe {
        sys::seL4_IRQHandler_Ack(timer.handler)
    })?;
    let mut badge = 0;
    // SAFETY: as above.
    unsafe {
        sys::seL4_Poll(notification, &mut badge);
        sys::seL4_IRQHandler_Ack(timer.handler);
        sys::seL4_Poll(notification, &mut badge);
    }
    ensure!(badge == 0, "an interrupt came before the timer was set");
    for time in 1..=2 {
        timer.set()?;
        ensure!(arrives(notification), "interrupt {time} did not arrive");
        timer.quiet()?;
        // SAFETY: the device is quiet.
        kernel("acknowledging the interrupt", unsafe {
            sys::seL4_IRQHandler_Ack(timer.handler)
        })?;
    }
    Ok(Outcome::Ok)
}
