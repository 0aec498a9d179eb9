//! A thread that has used up its budget on a kernel with `KernelIsMCS`: the handler learns whose
//! budget it was, and lets the thread continue elsewhere with a larger one.

use super::{LEFT, leaves};
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::handler::Handler;
use crate::message::word;
use crate::root::Root;
use crate::thread::{REGISTERS, Thread, give_way};
use core::sync::atomic::Ordering::SeqCst;
use selfe_sys as sys;

/// Microseconds: a small budget, and the whole period.
const BUDGET: u64 = 2_000;
const PERIOD: u64 = 1_000_000;

const BADGE: usize = 0x71e0;
const ELSEWHERE: usize = 0x0e15_e777;

pub fn check(root: &mut Root) -> Checked {
    let handler = Handler::new(root)?;
    let thread = Thread::new(root, 0)?;
    give_time(root, &thread, BUDGET)?;
    // SAFETY: the thread is not running yet.
    kernel("setting the timeout handler", unsafe {
        sys::seL4_TCB_SetTimeoutEndpoint(thread.tcb, handler.cap)
    })?;
    LEFT.store(0, SeqCst);
    thread.start(spins, 0)?;
    let fault = handler.wait(sys::seL4_Fault_Timeout)?;
    let badge = word(sys::seL4_Timeout_Data as usize);
    ensure!(
        badge == BADGE,
        "the scheduling context's badge is {badge:#x}, not {BADGE:#x}"
    );
    let found = sys::seL4_Fault_Timeout_get_data(fault) as usize;
    ensure!(found == badge, "seL4_getFault's badge is {found:#x}");
    let (consumed, found) = (time_of_message(), time_of(fault));
    ensure!(
        found == consumed,
        "seL4_getFault's time is {found}, the message's {consumed}"
    );
    // The kernel deducts the time that it uses itself. How far the thread overran depends on the
    // load of the host.
    ensure!(
        consumed >= BUDGET / 2,
        "the thread used {consumed} of {BUDGET} microseconds"
    );

    give_time(root, &thread, PERIOD)?;
    let context = crate::arch::context(leaves as *const () as usize, thread.stack_top(), ELSEWHERE);
    // SAFETY: the words go into this thread's buffer.
    let answer = unsafe { sys::seL4_TimeoutReply_new(1, context, REGISTERS as _) };
    crate::message::answer(root.reply, answer);
    give_way(|| LEFT.load(SeqCst) == ELSEWHERE);
    let left = LEFT.load(SeqCst);
    ensure!(
        left == ELSEWHERE,
        "the thread went on and left {left:#x}, not {ELSEWHERE:#x}"
    );
    thread.suspend()?;
    Ok(Outcome::Ok)
}

/// The microseconds in the message: one word on a 64-bit architecture, two on a 32-bit one.
#[cfg(target_pointer_width = "64")]
fn time_of_message() -> u64 {
    word(sys::seL4_Timeout_Consumed as usize) as u64
}

#[cfg(target_pointer_width = "32")]
fn time_of_message() -> u64 {
    let high = word(sys::seL4_Timeout_Consumed_HighBits as usize);
    let low = word(sys::seL4_Timeout_Consumed_LowBits as usize);
    ((high as u64) << 32) | low as u64
}

/// The same microseconds, as decoded by `seL4_getFault`.
#[cfg(target_pointer_width = "64")]
fn time_of(fault: sys::seL4_Fault) -> u64 {
    sys::seL4_Fault_Timeout_get_consumed(fault)
}

#[cfg(target_pointer_width = "32")]
fn time_of(fault: sys::seL4_Fault) -> u64 {
    let high = sys::seL4_Fault_Timeout_get_consumed_high(fault);
    let low = sys::seL4_Fault_Timeout_get_consumed_low(fault);
    ((high as u64) << 32) | low as u64
}

/// Sets the budget in microseconds for each period.
fn give_time(root: &Root, thread: &Thread, budget: u64) -> Result<(), Failure> {
    // SAFETY: the thread may be stopped at any point.
    kernel("setting a thread's time", unsafe {
        sys::seL4_SchedControl_ConfigureFlags(root.info.schedcontrol.start, thread.time, budget, PERIOD, 0, BADGE, 0)
    })
}

fn spins(_: usize) {
    loop {
        core::hint::spin_loop();
    }
}
