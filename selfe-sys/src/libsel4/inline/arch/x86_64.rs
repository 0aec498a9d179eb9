//! x86_64: `syscall`. The number is in rdx, the capability in rdi, the message info in rsi, message
//! words in r10, r8, r9 and r15; with MCS, a reply capability in r12. `syscall` overwrites rcx and
//! r11, and the kernel leaves rsp as it is not.

use super::{Received, Words};
use core::arch::asm;

/// Message words in registers.
pub const REGISTERS: usize = 4;

macro_rules! syscall {
    ($($operands:tt)*) => {
        asm!(
            "mov {stack}, rsp",
            "syscall",
            "mov rsp, {stack}",
            // A register of the compiler's choice: the kernel keeps those that are not named here.
            stack = out(reg) _,
            $($operands)*
            out("rcx") _,
            out("r11") _,
            options(nostack),
        )
    };
}

#[inline(always)]
pub unsafe fn null(number: isize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe { syscall!(in("rdx") number, lateout("rdi") _, lateout("rsi") _,) }
}

#[inline(always)]
pub unsafe fn send_null(number: isize, to: usize, info: usize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe { syscall!(in("rdx") number, in("rdi") to, in("rsi") info,) }
}

#[inline(always)]
pub unsafe fn send(number: isize, to: usize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        syscall!(
            in("rdx") number, in("rdi") to, in("rsi") info,
            in("r10") words[0], in("r8") words[1], in("r9") words[2], in("r15") words[3],
        )
    }
}

#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe fn reply(number: isize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        syscall!(
            in("rdx") number, in("rsi") info,
            in("r10") words[0], in("r8") words[1], in("r9") words[2], in("r15") words[3],
        )
    }
}

#[inline(always)]
pub unsafe fn recv(number: isize, from: usize, reply: usize) -> Received {
    let (badge, info, a, b, c, d);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        #[cfg(KernelIsMCS)]
        syscall!(
            in("rdx") number, inlateout("rdi") from => badge, lateout("rsi") info,
            lateout("r10") a, lateout("r8") b, lateout("r9") c, lateout("r15") d, in("r12") reply,
        );
        #[cfg(not(KernelIsMCS))]
        syscall!(
            in("rdx") number, inlateout("rdi") from => badge, lateout("rsi") info,
            lateout("r10") a, lateout("r8") b, lateout("r9") c, lateout("r15") d,
        );
    }
    let _ = reply;
    Received {
        badge,
        info,
        words: [a, b, c, d],
    }
}

#[inline(always)]
pub unsafe fn send_recv(number: isize, to: usize, info: usize, words: Words, reply: usize) -> Received {
    let (badge, info_back, a, b, c, d);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        #[cfg(KernelIsMCS)]
        syscall!(
            in("rdx") number, inlateout("rdi") to => badge, inlateout("rsi") info => info_back,
            inlateout("r10") words[0] => a, inlateout("r8") words[1] => b,
            inlateout("r9") words[2] => c, inlateout("r15") words[3] => d, in("r12") reply,
        );
        #[cfg(not(KernelIsMCS))]
        syscall!(
            in("rdx") number, inlateout("rdi") to => badge, inlateout("rsi") info => info_back,
            inlateout("r10") words[0] => a, inlateout("r8") words[1] => b,
            inlateout("r9") words[2] => c, inlateout("r15") words[3] => d,
        );
    }
    let _ = reply;
    Received {
        badge,
        info: info_back,
        words: [a, b, c, d],
    }
}

#[cfg(KernelIsMCS)]
#[inline(always)]
pub unsafe fn nb_send_recv(number: isize, to: usize, from: usize, info: usize, words: Words, reply: usize) -> Received {
    let (badge, info_back, a, b, c, d);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        syscall!(
            in("rdx") number, inlateout("rdi") from => badge, inlateout("rsi") info => info_back,
            inlateout("r10") words[0] => a, inlateout("r8") words[1] => b,
            inlateout("r9") words[2] => c, inlateout("r15") words[3] => d,
            in("r12") reply, in("r13") to,
        )
    }
    Received {
        badge,
        info: info_back,
        words: [a, b, c, d],
    }
}

/// The place of the IPC buffer's address in thread-local storage. The instructions read the word at
/// the thread pointer, fs:0, which contains the thread pointer itself. No Rust code can reach that
/// word, since whoever prepared the storage has given it away; it was written before the thread
/// pointer was set, by instructions that are a barrier to the compiler, and it never changes. So no
/// write is missed, and the result is the same as long as the thread pointer is.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "mov {slot}, fs:0",
            "lea {slot}, [{slot} + {variable}@TPOFF]",
            slot = lateout(reg) slot,
            variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

thread_slot!();
