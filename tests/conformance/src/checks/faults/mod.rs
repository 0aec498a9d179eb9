//! Faults, a file for each kind: the handler learns what happened, and decides how the thread goes
//! on.

pub mod breakpoints;
pub mod caps;
pub mod fetches;
pub mod reads;
pub mod system_calls;
#[cfg(KernelIsMCS)]
pub mod timeouts;

#[cfg(not(KernelIsMCS))]
pub(super) use super::without_mcs as timeouts;
use crate::ensure;
use crate::failure::Failure;
use crate::thread::{Thread, give_way};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

/// What a thread has left that went on elsewhere.
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Whether a thread that has had a fault goes on at another function, with an argument.
fn goes_on_elsewhere(thread: &Thread, argument: usize) -> Result<(), Failure> {
    LEFT.store(0, SeqCst);
    thread.jump(leaves as *const () as usize, argument)?;
    thread.resume()?;
    give_way(|| LEFT.load(SeqCst) == argument);
    let left = LEFT.load(SeqCst);
    ensure!(left == argument, "the moved thread left {left:#x}, not {argument:#x}");
    thread.suspend()
}

/// Where a thread goes on after its registers were written: it stays here until it is stopped. It
/// has no thread-local variables here, which this system call does not need.
extern "C" fn leaves(argument: usize) -> ! {
    LEFT.store(argument, SeqCst);
    loop {
        // SAFETY: it only gives up time.
        unsafe { sys::seL4_Yield() };
    }
}

/// The first word of a thread's registers is the program counter on every architecture.
fn counter(thread: &Thread) -> Result<usize, Failure> {
    let context = thread.read_registers()?;
    // SAFETY: the context is made of words.
    Ok(unsafe { (&raw const context).cast::<usize>().read() })
}
