//! x86_64.

use core::arch::global_asm;
use selfe_sys::{seL4_CPtr, seL4_Error, seL4_X86_Page_Unmap};

// The kernel hands over the address of the boot info in rdi, which is also where C expects a first
// argument. No other register holds anything, rsp included.
global_asm!(
    ".section .text._start, \"ax\", @progbits",
    ".global _start",
    ".type _start, @function",
    "_start:",
    // Aligned to a page, so to the 16 bytes that a call wants.
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
/// Nothing lies in that page.
pub unsafe fn unmap(frame: seL4_CPtr) -> seL4_Error {
    // SAFETY: as this function's.
    unsafe { seL4_X86_Page_Unmap(frame) }
}
