//! AArch64.

use core::arch::{asm, global_asm};

/// System call numbers of Linux.
pub const WRITE: usize = 64;
/// `exit_group`
pub const EXIT: usize = 94;

// Linux provides an aligned stack.
global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, #0",
    "mov x30, #0",
    "bl main",
    "udf #0"
);

/// # Safety
/// Those of the system call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller upholds the conditions of the system call.
    unsafe {
        asm!("svc #0", in("x8") number, inlateout("x0") a => result, in("x1") b, in("x2") c, options(nostack));
    }
    result
}
