//! The invocations that set a thread's spaces. With KernelIsMCS one of them has no fault endpoint
//! among its arguments.

use super::{both, sel4};
use selfe_sys::*;

/// A thread's capability space and address space, without guard data.
#[derive(Clone, Copy)]
pub struct Spaces {
    pub fault_endpoint: seL4_CPtr,
    pub cspace: seL4_CPtr,
    pub vspace: seL4_CPtr,
}

/// The invocations with the same signatures on every kernel.
pub trait Tcb {
    fn configure(tcb: seL4_CPtr, spaces: Spaces, buffer: usize, frame: seL4_CPtr) -> seL4_Error;
    fn set_space(tcb: seL4_CPtr, spaces: Spaces) -> seL4_Error;
    fn set_buffer_frame(tcb: seL4_CPtr, buffer: usize, frame: seL4_CPtr) -> seL4_Error;
    fn set_priority(tcb: seL4_CPtr, authority: seL4_CPtr, priority: usize) -> seL4_Error;
}

both! { Tcb {
    fn configure(tcb: seL4_CPtr, spaces: Spaces, buffer: usize, frame: seL4_CPtr) -> seL4_Error {
        #[cfg(KernelIsMCS)]
        return sel4!(seL4_TCB_Configure(tcb, spaces.cspace, 0, spaces.vspace, 0, buffer, frame));
        #[cfg(not(KernelIsMCS))]
        sel4!(seL4_TCB_Configure(tcb, spaces.fault_endpoint, spaces.cspace, 0, spaces.vspace, 0, buffer, frame))
    }

    fn set_space(tcb: seL4_CPtr, spaces: Spaces) -> seL4_Error {
        sel4!(seL4_TCB_SetSpace(tcb, spaces.fault_endpoint, spaces.cspace, 0, spaces.vspace, 0))
    }

    fn set_buffer_frame(tcb: seL4_CPtr, buffer: usize, frame: seL4_CPtr) -> seL4_Error {
        sel4!(seL4_TCB_SetIPCBuffer(tcb, buffer, frame))
    }

    fn set_priority(tcb: seL4_CPtr, authority: seL4_CPtr, priority: usize) -> seL4_Error {
        sel4!(seL4_TCB_SetPriority(tcb, authority, priority))
    }
} }
