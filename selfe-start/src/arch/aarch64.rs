//! aarch64.

use core::arch::global_asm;
use selfe_sys::{seL4_ARM_Page_Unmap, seL4_CPtr, seL4_Error};

// The kernel passes the address of the boot info in x0, where C expects a first argument. No other
// register is set, not even sp.
global_asm!(
    ".section .text._start, \"ax\", %progbits",
    ".global _start",
    ".type _start, %function",
    "_start:",
    // Aligned to a page, and so to the 16 bytes that a call needs.
    "adrp x1, __selfe_stack_top",
    "add x1, x1, :lo12:__selfe_stack_top",
    "mov sp, x1",
    // The end of the chain of frames.
    "mov x29, xzr",
    "mov x30, xzr",
    "bl {start}",
    "brk #1",
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
    unsafe { seL4_ARM_Page_Unmap(frame) }
}
