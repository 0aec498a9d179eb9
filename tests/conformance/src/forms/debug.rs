//! The system calls that do not pass messages and have an effect that a program can observe. Those
//! for benchmarks need a kernel with that option.

use super::{both, sel4};
use selfe_sys::*;

/// The system calls of debug builds.
pub trait Debug {
    fn identify(cap: seL4_CPtr) -> u32;
    fn name_thread(tcb: seL4_CPtr, name: &core::ffi::CStr);
    #[cfg(all(KernelEnableSMPSupport, sel4_release_at_least = "16"))]
    fn node(tcb: seL4_CPtr) -> usize;
}

both! { Debug {
    #[inline(always)]
    fn identify(cap: seL4_CPtr) -> u32 {
        sel4!(seL4_DebugCapIdentify(cap))
    }

    #[inline(always)]
    fn name_thread(tcb: seL4_CPtr, name: &core::ffi::CStr) {
        sel4!(seL4_DebugNameThread(tcb, name.as_ptr()))
    }

    #[cfg(all(KernelEnableSMPSupport, sel4_release_at_least = "16"))]
    #[inline(always)]
    fn node(tcb: seL4_CPtr) -> usize {
        sel4!(seL4_DebugGetThreadAffinity(tcb))
    }
} }
