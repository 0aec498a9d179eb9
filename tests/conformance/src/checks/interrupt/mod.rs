//! An interrupt: the platform's timer is programmed, its interrupt arrives as a signal, and a
//! second one after the acknowledgement.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod ports;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use ports as timer;
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
mod devices;
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
use devices as timer;

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::root::Root;
use selfe_sys as sys;
use timer::Timer;

/// The most often that the notification is polled. A clock that counts seconds needs one second, in
/// which a fast host polls some 400,000 times, or ten times as often if the program is optimized.
/// Only a missing interrupt uses up all of them.
const POLLS: usize = if cfg!(debug_assertions) { 8_000_000 } else { 80_000_000 };

fn poll(notification: usize) -> usize {
    let mut badge = 0;
    // SAFETY: the badge belongs to this check.
    unsafe { sys::seL4_Poll(notification, &mut badge) };
    badge
}

/// No interrupt arrives before the timer is programmed, and one after.
pub fn check(root: &mut Root) -> Checked {
    let timer = match Timer::find(root)? {
        Ok(timer) => timer,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let notification = root.create(sys::seL4_NotificationObject)?;
    let badged = root.mint(notification, 0x1f)?;
    // SAFETY: no other thread uses the interrupt.
    kernel("naming the interrupt's notification", unsafe {
        sys::seL4_IRQHandler_SetNotification(timer.handler, badged)
    })?;
    ensure!(
        becomes_quiet(&timer, notification)?,
        "interrupts come without the timer having been set"
    );
    for time in 1..=2 {
        timer.set()?;
        let arrives = (0..POLLS).any(|_| poll(notification) != 0);
        ensure!(arrives, "interrupt {time} did not arrive");
        acknowledge(&timer)?;
    }
    Ok(Outcome::Ok)
}

/// Whether a while passes without an interrupt. A device that the firmware left running may have
/// fired before, and on a busy host QEMU may take long to deliver it.
fn becomes_quiet(timer: &Timer, notification: usize) -> Result<bool, Failure> {
    const TIMES: usize = 5;
    for _ in 0..TIMES {
        acknowledge(timer)?;
        if (0..POLLS / 100).all(|_| poll(notification) == 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn acknowledge(timer: &Timer) -> Result<(), Failure> {
    timer.quiet()?;
    // SAFETY: the device is quiet.
    kernel("acknowledging the interrupt", unsafe {
        sys::seL4_IRQHandler_Ack(timer.handler)
    })
}
