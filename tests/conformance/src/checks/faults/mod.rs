//! Faults, one file for each kind: the handler learns what happened, and decides how the thread
//! continues.

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

/// The word that a moved thread writes.
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Checks that a thread continues at another function, with an argument, after a fault.
fn goes_on_elsewhere(thread: &Thread, argument: usize) -> Result<(), Failure> {
    LEFT.store(0, SeqCst);
    thread.jump(leaves as *const () as usize, argument)?;
    thread.resume()?;
    give_way(|| LEFT.load(SeqCst) == argument);
    let left = LEFT.load(SeqCst);
    ensure!(left == argument, "the moved thread left {left:#x}, not {argument:#x}");
    thread.suspend()
}

/// Where a thread continues after its registers were written: it stays here until it is stopped. It
/// has no thread-local storage, which this system call does not need.
extern "C" fn leaves(argument: usize) -> ! {
    LEFT.store(argument, SeqCst);
    loop {
        // SAFETY: it only yields.
        unsafe { sys::seL4_Yield() };
    }
}

/// The program counter, the first word of a thread's registers on every architecture.
fn counter(thread: &Thread) -> Result<usize, Failure> {
    let context = thread.read_registers()?;
    // SAFETY: the context consists of words.
    Ok(unsafe { (&raw const context).cast::<usize>().read() })
}
