//! 32-bit Arm.

use core::arch::{asm, global_asm};

/// System call numbers of Linux.
pub const WRITE: usize = 4;
/// `exit_group`
pub const EXIT: usize = 248;

// Linux provides an aligned stack. libsel4.a calls a function for the thread pointer to find the
// IPC buffer, which no check uses. Unwinding tables refer to a function of an unwinder, which is
// never called.
global_asm!(
    ".arm",
    ".globl _start",
    "_start:",
    "mov fp, #0",
    "mov lr, #0",
    "bl main",
    "udf #0",
    ".globl __aeabi_read_tp",
    "__aeabi_read_tp:",
    ".globl __aeabi_unwind_cpp_pr0",
    "__aeabi_unwind_cpp_pr0:",
    "udf #0",
);

/// # Safety
/// Those of the system call.
pub unsafe fn system_call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    // SAFETY: the caller upholds the conditions of the system call. r7 holds its number, and is
    // saved because it may be the compiler's frame pointer.
    unsafe {
        asm!("mov {kept}, r7", "mov r7, {number}", "svc #0", "mov r7, {kept}",
            number = in(reg) number, kept = out(reg) _,
            inlateout("r0") a => result, in("r1") b, in("r2") c, options(nostack));
    }
    result
}
