//! 32-bit and 64-bit RISC-V.

use core::arch::{asm, global_asm};

/// System call numbers of Linux.
pub const WRITE: usize = 64;
/// `exit_group`
pub const EXIT: usize = 94;

// Linux provides an aligned stack.
global_asm!(
    ".globl _start",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "li ra, 0",
    "call main",
    "unimp",
);

/// # Safety
/// Those of the system call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller upholds the conditions of the system call.
    unsafe {
        asm!("ecall", in("a7") number, inlateout("a0") a => result, in("a1") b, in("a2") c, options(nostack));
    }
    result
}
