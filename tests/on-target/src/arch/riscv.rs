//! RISC-V of 32 and 64 bits.

use core::arch::{asm, global_asm};

/// The numbers of Linux's system calls.
pub const WRITE: usize = 64;
/// `exit_group`
pub const EXIT: usize = 94;

// Linux hands over an aligned stack.
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
/// That of the call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller's.
    unsafe {
        asm!("ecall", in("a7") number, inlateout("a0") a => result, in("a1") b, in("a2") c, options(nostack));
    }
    result
}
