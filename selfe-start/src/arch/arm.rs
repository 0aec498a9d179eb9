//! arm: seL4's aarch32 and arm_hyp.

use core::arch::global_asm;
use selfe_sys::{seL4_ARM_Page_Unmap, seL4_CPtr, seL4_Error};

// The kernel passes the address of the boot info in r0, where C expects a first argument. No other
// register is set, not even sp. It starts programs in the Arm instruction set, not in Thumb.
global_asm!(
    ".section .text._start, \"ax\", %progbits",
    ".arm",
    ".global _start",
    ".type _start, %function",
    "_start:",
    // Aligned to a page, and so to the 8 bytes that a call needs.
    "movw r1, :lower16:__selfe_stack_top",
    "movt r1, :upper16:__selfe_stack_top",
    "mov sp, r1",
    // The end of the chain of frames.
    "mov r11, #0",
    "mov lr, #0",
    "bl {start}",
    "udf #0",
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
