//! The functions for the IPC buffer.

use super::{both, place, sel4};
use selfe_sys::*;

/// The functions, in one form. Indices are those of the buffer.
pub trait Buffer {
    fn buffer() -> *mut seL4_IPCBuffer;
    fn set_buffer(buffer: *mut seL4_IPCBuffer);
    fn word(index: usize) -> usize;
    fn set_word(index: usize, word: usize);
    fn user_data() -> usize;
    fn set_user_data(data: usize);
    fn badge(index: usize) -> usize;
    fn cap(index: usize) -> seL4_CPtr;
    fn set_cap(index: usize, cap: seL4_CPtr);
    fn path(cnode: Option<&mut usize>, index: Option<&mut usize>, depth: Option<&mut usize>);
    fn set_path(cnode: seL4_CPtr, index: seL4_CPtr, depth: usize);
}

both! { Buffer {
    #[inline(always)]
    fn buffer() -> *mut seL4_IPCBuffer {
        sel4!(seL4_GetIPCBuffer())
    }

    #[inline(always)]
    fn set_buffer(buffer: *mut seL4_IPCBuffer) {
        sel4!(seL4_SetIPCBuffer(buffer))
    }

    #[inline(always)]
    fn word(index: usize) -> usize {
        sel4!(seL4_GetMR(index as _))
    }

    #[inline(always)]
    fn set_word(index: usize, word: usize) {
        sel4!(seL4_SetMR(index as _, word))
    }

    #[inline(always)]
    fn user_data() -> usize {
        sel4!(seL4_GetUserData())
    }

    #[inline(always)]
    fn set_user_data(data: usize) {
        sel4!(seL4_SetUserData(data))
    }

    #[inline(always)]
    fn badge(index: usize) -> usize {
        sel4!(seL4_GetBadge(index as _))
    }

    #[inline(always)]
    fn cap(index: usize) -> seL4_CPtr {
        sel4!(seL4_GetCap(index as _))
    }

    #[inline(always)]
    fn set_cap(index: usize, cap: seL4_CPtr) {
        sel4!(seL4_SetCap(index as _, cap))
    }

    #[inline(always)]
    fn path(cnode: Option<&mut usize>, index: Option<&mut usize>, depth: Option<&mut usize>) {
        sel4!(seL4_GetCapReceivePath(place(cnode), place(index), place(depth)))
    }

    #[inline(always)]
    fn set_path(cnode: seL4_CPtr, index: seL4_CPtr, depth: usize) {
        sel4!(seL4_SetCapReceivePath(cnode, index, depth))
    }
} }
