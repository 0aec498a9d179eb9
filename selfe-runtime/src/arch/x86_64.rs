//! x86_64: the thread-local data ends where the thread pointer points, and the first word there is that address itself.

use crate::tls::Placement;

/// What a thread's block holds behind its thread-local data.
pub const TCB_SIZE: usize = 2 * size_of::<usize>();

/// Where in a block that begins at `start` the data of `size` bytes and the thread pointer stand.
pub const fn place(start: usize, size: usize, align: usize) -> Placement {
    let pointer = (start + size).next_multiple_of(align);
    let data = pointer - size.next_multiple_of(align);
    Placement {
        data,
        pointer,
        self_pointer: true,
        end: pointer + TCB_SIZE,
    }
}

/// Makes `pointer` the calling thread's thread pointer.
///
/// # Safety
/// It is one that [`crate::tls::prepare`] returned, for no other thread.
pub unsafe fn set_thread_pointer(pointer: usize) {
    // A kernel configured with KernelFSGSBase = "inst" lets programs use the instruction, and has no system call for it.
    #[cfg(KernelSetTLSBaseSelf)]
    // SAFETY: as this function's.
    unsafe {
        selfe_sys::seL4_SetTLSBase(pointer);
    }
    #[cfg(not(KernelSetTLSBaseSelf))]
    // SAFETY: as this function's; the kernel has enabled the instruction.
    unsafe {
        core::arch::asm!("wrfsbase {}", in(reg) pointer, options(nomem, nostack, preserves_flags));
    }
}
