//! The system calls of kernels with `KernelBenchmarks = "track_utilisation"`.

use super::{both, sel4};
use selfe_sys::*;

/// The system calls, in one form.
pub trait Benchmark {
    fn reset_log() -> seL4_Error;
    fn finalize_log() -> seL4_Word;
    fn null();
    fn flush_caches();
    fn utilisation(tcb: seL4_CPtr);
    fn reset_utilisation(tcb: seL4_CPtr);
    #[cfg(KernelDebugBuild)]
    fn dump_all();
    #[cfg(KernelDebugBuild)]
    fn reset_all();
}

both! { Benchmark {
    #[inline(always)]
    fn reset_log() -> seL4_Error {
        sel4!(seL4_BenchmarkResetLog())
    }

    #[inline(always)]
    fn finalize_log() -> seL4_Word {
        sel4!(seL4_BenchmarkFinalizeLog())
    }

    #[inline(always)]
    fn null() {
        sel4!(seL4_BenchmarkNullSyscall())
    }

    #[inline(always)]
    fn flush_caches() {
        sel4!(seL4_BenchmarkFlushCaches())
    }

    #[inline(always)]
    fn utilisation(tcb: seL4_CPtr) {
        sel4!(seL4_BenchmarkGetThreadUtilisation(tcb))
    }

    #[inline(always)]
    fn reset_utilisation(tcb: seL4_CPtr) {
        sel4!(seL4_BenchmarkResetThreadUtilisation(tcb))
    }

    #[cfg(KernelDebugBuild)]
    #[inline(always)]
    fn dump_all() {
        sel4!(seL4_BenchmarkDumpAllThreadsUtilisation())
    }

    #[cfg(KernelDebugBuild)]
    #[inline(always)]
    fn reset_all() {
        sel4!(seL4_BenchmarkResetAllThreadsUtilisation())
    }
} }
