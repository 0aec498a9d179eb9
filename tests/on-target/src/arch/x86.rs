//! 32-bit x86.

use core::arch::{asm, global_asm};

/// System call numbers of Linux.
pub const WRITE: usize = 4;
/// `exit_group`
pub const EXIT: usize = 252;

global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "and esp, -16",
    "call main",
    "ud2"
);

/// # Safety
/// Those of the system call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller upholds the conditions of the system call.
    unsafe {
        asm!("int 0x80", inlateout("eax") number => result, in("ebx") a, in("ecx") b, in("edx") c, options(nostack));
    }
    result
}
