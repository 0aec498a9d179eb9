//! x86 of 32 bits.

use core::arch::{asm, global_asm};

/// The numbers of Linux's system calls.
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
/// That of the call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller's.
    unsafe {
        asm!("int 0x80", inlateout("eax") number => result, in("ebx") a, in("ecx") b, in("edx") c, options(nostack));
    }
    result
}
