//! 32-bit x86, which seL4 calls ia32.

use core::arch::global_asm;
use selfe_sys::{seL4_CPtr, seL4_Error, seL4_X86_Page_Unmap};

// The kernel passes the address of the boot info in ebx. No other register is set, not even esp. C
// expects arguments on the stack.
global_asm!(
    ".section .text._start, \"ax\", @progbits",
    ".global _start",
    ".type _start, @function",
    "_start:",
    "lea esp, [__selfe_stack_top]",
    // The end of the chain of frames.
    "xor ebp, ebp",
    // With the argument the stack is aligned to the 16 bytes that a call needs.
    "sub esp, 12",
    "push ebx",
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
