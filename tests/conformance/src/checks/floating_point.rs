//! Floating-point registers belong to a thread: two threads keep different numbers in them while
//! they take turns.

use crate::failure::{Checked, Outcome};
use crate::root::Root;

/// The check applies only if the kernel saves these registers.
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
    use crate::checks::preemption;
    use crate::ensure;
    use crate::root::PAGE;
    use crate::thread::{Thread, give_way};
    use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

    static UNTIL: AtomicU32 = AtomicU32::new(0);
    static ENDED: AtomicU32 = AtomicU32::new(0);

    /// The source and the destination of a thread's numbers, in a page of its own.
    const LOAD: usize = 0;
    const STORE: usize = PAGE / 2;

    fn pattern(thread: usize, index: usize) -> u8 {
        (index as u8).wrapping_mul(37) ^ if thread == 0 { 0x5a } else { 0xc3 }
    }

    /// The count of a thread, which counts all the time.
    fn count(page: usize) -> u32 {
        // SAFETY: the page is mapped.
        unsafe { ((page + STORE) as *const u32).read_volatile() }
    }

    /// The number of turns in which each thread must have had its registers loaded.
    const TURNS: usize = 4;

    /// After many turns each thread finds the numbers that it loaded.
    pub fn check(root: &mut Root) -> Checked {
        preemption::required()?;
        let pages = [root.page()?.1, root.page()?.1];
        let threads = [Thread::new(root, 0)?, Thread::new(root, 0)?];
        for (number, (page, thread)) in pages.iter().zip(&threads).enumerate() {
            for index in 0..KEPT_BYTES {
                // SAFETY: the page belongs to a thread that is not running yet.
                unsafe { ((page + LOAD + index) as *mut u8).write(pattern(number, index)) };
            }
            thread.start(holds, *page)?;
        }
        let (mut counted, mut turns) = (pages.map(count), [0; 2]);
        give_way(|| {
            for ((page, counted), turns) in pages.iter().zip(&mut counted).zip(&mut turns) {
                let before = core::mem::replace(counted, count(*page));
                // A thread that counted during a turn had its registers loaded. On a busy host a
                // turn may end earlier.
                *turns += usize::from(*counted != before);
            }
            turns.iter().all(|turns| *turns >= TURNS)
        });
        ensure!(
            turns.iter().all(|turns| *turns >= TURNS),
            "the threads had {turns:?} turns and counted to {counted:?}"
        );
        UNTIL.store(1, SeqCst);
        ensure!(give_way(|| ENDED.load(SeqCst) == 2), "the threads did not end");
        for (number, page) in pages.iter().enumerate() {
            for index in 0..KEPT_BYTES {
                // SAFETY: the thread has stored its registers there, and has ended.
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
        // SAFETY: the page has room for both, and the word is never freed.
        unsafe { arch::keep((page + LOAD) as *const u8, (page + STORE) as *mut u8, UNTIL.as_ptr()) };
        ENDED.fetch_add(1, SeqCst);
    }
}
