//! The kernel's clock: a thread that makes no system call is stopped when its time is over, for
//! another of the same priority.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use selfe_sys as sys;

static GOES_ON: AtomicBool = AtomicBool::new(true);
static ENDED: AtomicBool = AtomicBool::new(false);
static WORKS: AtomicBool = AtomicBool::new(false);

/// How often the thread counts before it gives up: for seconds, where a turn takes some
/// milliseconds.
const MOST: u32 = 1 << 26;

/// How often it is to be stopped. An x86 kernel with `KernelIsMCS` that was kept from measuring its
/// clocks well, as QEMU on a busy computer may be, sets a timer that there is not
/// (`clocks_were_mismeasured` in xtask's boot/job.rs); the one that it measured may
/// still be running, and so stop a thread once.
const TIMES: usize = 4;

/// Gives way to the thread, and comes to its turn again.
pub fn check(root: &mut Root) -> Checked {
    let thread = Thread::new(root, 0)?;
    thread.start(counts, 0)?;
    for time in 1..=TIMES {
        // SAFETY: it only gives up time.
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

/// What a check asks first whose threads have to be stopped by the clock: it would never end.
pub fn required() -> Result<(), Failure> {
    ensure!(WORKS.load(SeqCst), "the clock stops no thread");
    Ok(())
}
