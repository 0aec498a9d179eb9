//! x86_64.

use core::arch::global_asm;
use selfe_sys::{seL4_CPtr, seL4_Error, seL4_X86_Page_Unmap};

// The kernel passes the address of the boot info in rdi, where C expects a first argument. No other
// register is set, not even rsp.
global_asm!(
    ".section .text._start, \"ax\", @progbits",
    ".global _start",
    ".type _start, @function",
    "_start:",
    // Aligned to a page, and so to the 16 bytes that a call needs.
    "lea rsp, [rip + __selfe_stack_top]",
    // The end of the chain of frames.
    "xor ebp, ebp",
    "call {start}",
    "ud2",
    ".size _start, . - _start",
    ".previous",
    start = sym crate::boot::start,
);

/// Takes a page out of the address space.
///
/// # Safety
/// Nothing is in that page.
pub unsafe fn unmap(frame: seL4_CPtr) -> seL4_Error {
    // SAFETY: as this function's.
    unsafe { seL4_X86_Page_Unmap(frame) }
}
