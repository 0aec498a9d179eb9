//! x86_64.

use core::arch::{asm, global_asm};

/// System call numbers of Linux.
pub const WRITE: usize = 1;
/// `exit_group`
pub const EXIT: usize = 231;

global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "and rsp, -16",
    "call main",
    "ud2"
);

/// # Safety
/// Those of the system call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller upholds the conditions of the system call. Linux overwrites rcx and r11.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c,
            lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}
