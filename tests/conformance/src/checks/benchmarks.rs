//! The system calls that measure thread utilisation, in both forms: usage is counted between one
//! call and another.

use crate::failure::Checked;
#[cfg(not(tracks_utilisation))]
use crate::failure::Outcome;
use crate::root::Root;

#[cfg(tracks_utilisation)]
pub use tracked::check;

/// The check does not apply.
#[cfg(not(tracks_utilisation))]
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel does not measure what threads use"))
}

#[cfg(tracks_utilisation)]
mod tracked {
    use super::{Checked, Root};
    use crate::ensure;
    use crate::failure::{Failure, Outcome, kernel};
    use crate::forms::{Benchmark, C, Form, Inline};
    use crate::root::TCB;
    use crate::thread::{Thread, give_way};
    use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use selfe_sys::seL4_CPtr;

    /// The numbers that the kernel counts for each thread.
    const NAMES: [&str; 4] = ["time", "turns", "time in the kernel", "entries into the kernel"];

    static TURNS: AtomicUsize = AtomicUsize::new(0);

    /// Checks both forms.
    pub fn check(root: &mut Root) -> Checked {
        check_form::<C>(root)?;
        check_form::<Inline>(root)?;
        Ok(Outcome::Ok)
    }

    fn check_form<F: Form + Benchmark>(root: &mut Root) -> Result<(), Failure> {
        // The kernel prints its counters, one line for each thread. None of the lines starts with a
        // word that a check prints.
        #[cfg(KernelDebugBuild)]
        F::dump_all();
        F::flush_caches();
        let thread = Thread::new(root, 0)?;
        kernel("beginning to measure", F::reset_log())?;
        all::<F>(root, thread.tcb, "before it runs", |_, count| count == 0)?;
        TURNS.store(0, SeqCst);
        thread.start(takes_turns::<F>, 0)?;
        give_way(|| TURNS.load(SeqCst) >= 10);
        thread.suspend()?;
        let before = numbers::<F>(root, TCB)[3];
        for _ in 0..5 {
            F::null();
        }
        let after = numbers::<F>(root, TCB)[3];
        // An interrupt counts as an entry.
        ensure!(
            after - before >= 5,
            "five calls of seL4_BenchmarkNullSyscall ({}) were {} entries into the kernel",
            F::NAME,
            after - before
        );
        F::finalize_log();
        all::<F>(root, thread.tcb, "after it ran", |index, count| {
            // Turns and entries, one pair for each thread.
            count >= if index % 2 == 0 { 1 } else { 10 }
        })?;
        // Usage after the end is not counted.
        let before = numbers::<F>(root, TCB);
        (0..5).for_each(|_| F::null());
        let after = numbers::<F>(root, TCB);
        ensure!(
            before == after,
            "after seL4_BenchmarkFinalizeLog ({}): {before:?}, then {after:?}",
            F::NAME
        );
        F::reset_utilisation(thread.tcb);
        all::<F>(root, thread.tcb, "after it was reset", |_, count| count == 0)?;
        let kept = numbers::<F>(root, TCB);
        ensure!(
            kept == after,
            "seL4_BenchmarkResetThreadUtilisation ({}): another thread's {after:?} are {kept:?}",
            F::NAME
        );
        #[cfg(KernelDebugBuild)]
        {
            F::reset_all();
            all::<F>(root, TCB, "after all were reset", |_, count| count == 0)?;
        }
        Ok(())
    }

    /// Checks each of a thread's numbers.
    fn all<F: Form + Benchmark>(
        root: &Root,
        tcb: seL4_CPtr,
        when: &str,
        is_right: fn(usize, u64) -> bool,
    ) -> Result<(), Failure> {
        let numbers = numbers::<F>(root, tcb);
        for (index, number) in numbers.into_iter().enumerate() {
            ensure!(
                is_right(index, number),
                "seL4_BenchmarkGetThreadUtilisation ({}) {when}: its {} is {number}",
                F::NAME,
                NAMES[index]
            );
        }
        Ok(())
    }

    /// The kernel's numbers for a thread.
    fn numbers<F: Form + Benchmark>(root: &Root, tcb: seL4_CPtr) -> [u64; NAMES.len()] {
        F::utilisation(tcb);
        // SAFETY: the kernel has written them to the message registers in this thread's buffer.
        unsafe {
            (&raw const (*root.info.ipcBuffer).msg)
                .cast::<[u64; NAMES.len()]>()
                .read_unaligned()
        }
    }

    fn takes_turns<F: Form>(_: usize) {
        loop {
            TURNS.fetch_add(1, SeqCst);
            F::r#yield();
        }
    }
}
