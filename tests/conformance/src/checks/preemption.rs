//! Preemption: a thread that makes no system call is stopped at the end of its time slice, in
//! favour of another thread of the same priority.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use selfe_sys as sys;

static GOES_ON: AtomicBool = AtomicBool::new(true);
static ENDED: AtomicBool = AtomicBool::new(false);
static WORKS: AtomicBool = AtomicBool::new(false);

/// How far the thread counts before it gives up: for seconds, while a time slice takes some
/// milliseconds.
const MOST: u32 = 1 << 26;

/// How often the thread must be preempted. An x86 kernel with `KernelIsMCS` that mismeasured its
/// clocks, as happens in QEMU on a busy host, programs a timer that does not exist
/// (`clocks_were_mismeasured` in xtask's boot/job.rs). The timer that it measured with may still be
/// running, and may preempt a thread once.
const TIMES: usize = 4;

/// Yields to the thread, and returns at its own next turn.
pub fn check(root: &mut Root) -> Checked {
    let thread = Thread::new(root, 0)?;
    thread.start(counts, 0)?;
    for time in 1..=TIMES {
        // SAFETY: it only yields.
        unsafe { sys::seL4_Yield() };
        ensure!(!ENDED.load(SeqCst), "turn {time}: the clock did not stop a thread");
    }
    WORKS.store(true, SeqCst);
    GOES_ON.store(false, SeqCst);
    thread.suspend()?;
    Ok(Outcome::Ok)
}

fn counts(_: usize) {
    for _ in 0..MOST {
        if !GOES_ON.load(SeqCst) {
            return;
        }
    }
    ENDED.store(true, SeqCst);
}

/// Checks with threads that must be preempted ask this first, because they would never end.
pub fn required() -> Result<(), Failure> {
    ensure!(WORKS.load(SeqCst), "the clock stops no thread");
    Ok(())
}
