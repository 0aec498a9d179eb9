//! riscv32 and riscv64.

use core::arch::global_asm;
use selfe_sys::{seL4_CPtr, seL4_Error, seL4_RISCV_Page_Unmap};

// The kernel passes the address of the boot info in a0, where C expects a first argument. No other
// register is set, not even sp.
global_asm!(
    ".section .text._start, \"ax\", %progbits",
    ".global _start",
    ".type _start, %function",
    "_start:",
    // Linkers shorten accesses to variables near the global pointer, which is not set yet.
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    // Aligned to a page, and so to the 16 bytes that a call needs.
    "la sp, __selfe_stack_top",
    // The end of the chain of frames.
    "li s0, 0",
    "li ra, 0",
    "call {start}",
    "unimp",
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
    unsafe { seL4_RISCV_Page_Unmap(frame) }
}
