//! Floating-point registers are each thread's own: two threads hold different numbers in them while they take turns.

use crate::failure::{Checked, Outcome};
use crate::root::Root;

/// Where the kernel keeps such registers.
#[cfg(not(KernelHaveFPU))]
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel keeps no floating-point registers"))
}

#[cfg(KernelHaveFPU)]
pub use kept::check;

#[cfg(KernelHaveFPU)]
mod kept {
    use super::{Checked, Outcome, Root};
    use crate::arch::{self, KEPT_BYTES};
    use crate::ensure;
    use crate::root::PAGE;
    use crate::thread::Thread;
    use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use selfe_sys as sys;

    static UNTIL: AtomicU32 = AtomicU32::new(0);
    static ENDED: AtomicU32 = AtomicU32::new(0);

    /// Where a thread's numbers come from and go to, in a page of its own.
    const LOAD: usize = 0;
    const STORE: usize = PAGE / 2;

    fn pattern(thread: usize, index: usize) -> u8 {
        (index as u8).wrapping_mul(37) ^ if thread == 0 { 0x5a } else { 0xc3 }
    }

    /// How often a thread has counted: it does so all the time.
    fn count(page: usize) -> u32 {
        // SAFETY: the page is mapped.
        unsafe { ((page + STORE) as *const u32).read_volatile() }
    }

    /// Each finds after many turns what it loaded before.
    pub fn check(root: &mut Root) -> Checked {
        let pages = [root.page()?.1, root.page()?.1];
        let threads = [Thread::new(root, 0)?, Thread::new(root, 0)?];
        for (number, (page, thread)) in pages.iter().zip(&threads).enumerate() {
            for index in 0..KEPT_BYTES {
                // SAFETY: the page is this thread's, which does not run yet.
                unsafe { ((page + LOAD + index) as *mut u8).write(pattern(number, index)) };
            }
            thread.start(holds, *page)?;
        }
        for turn in 0..4 {
            let before = pages.map(count);
            // SAFETY: it only gives up time.
            unsafe { sys::seL4_Yield() };
            let after = pages.map(count);
            // Whoever counted in a turn had its registers loaded in it.
            ensure!(
                turn == 0 || (before[0] != after[0] && before[1] != after[1]),
                "turn {turn}: the threads counted from {before:?} to {after:?}"
            );
        }
        UNTIL.store(1, SeqCst);
        crate::checks::fault::spin_until(|| ENDED.load(SeqCst) == 2);
        ensure!(ENDED.load(SeqCst) == 2, "the threads did not end");
        for (number, page) in pages.iter().enumerate() {
            for index in 0..KEPT_BYTES {
                // SAFETY: the thread has stored its registers there, and ended.
                let found = unsafe { ((page + STORE + index) as *const u8).read_volatile() };
                let wanted = pattern(number, index);
                ensure!(
                    found == wanted,
                    "thread {number}: byte {index} of its registers is {found:#x}, not {wanted:#x}"
                );
            }
        }
        Ok(Outcome::Ok)
    }

    fn holds(page: usize) {
        // SAFETY: the page has room for both, and the word is there for ever.
        unsafe { arch::keep((page + LOAD) as *const u8, (page + STORE) as *mut u8, UNTIL.as_ptr()) };
        ENDED.fetch_add(1, SeqCst);
    }
}
