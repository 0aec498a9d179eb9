//! ia32: `sysenter`. The number is in eax, the capability in ebx, the message info in esi, message
//! words in edi and ebp, the stack pointer in ecx and the address to come back to in edx. With MCS,
//! ebp holds a reply capability instead of a message word.
//!
//! The compiler reserves esi and ebp, so their values are passed through edx and ecx.

use super::{Received, Words};
use core::arch::asm;

/// Message words in registers.
pub const REGISTERS: usize = if cfg!(KernelIsMCS) { 1 } else { 2 };

/// `sysenter` with esi from edx and ebp from ecx, and back.
macro_rules! sysenter {
    ($($operands:tt)*) => {
        sysenter_with!("mov esi, edx", "mov ebp, ecx"; $($operands)*)
    };
}

/// `sysenter` after other instructions that set esi and ebp. What is in them then comes back in edx
/// and ecx.
macro_rules! sysenter_with {
    ($($set:literal),*; $($operands:tt)*) => {
        asm!(
            "push ebp",
            "push esi",
            $($set,)*
            "mov ecx, esp",
            "lea edx, [2f]",
            "2:",
            "sysenter",
            "mov edx, esi",
            "mov ecx, ebp",
            "pop esi",
            "pop ebp",
            $($operands)*
        )
    };
}

#[inline(always)]
pub unsafe fn null(number: isize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!(
            "push ebp",
            "mov ecx, esp",
            "lea edx, [2f]",
            "2:",
            "sysenter",
            "pop ebp",
            in("eax") number, lateout("ebx") _, lateout("ecx") _, lateout("edx") _,
        );
    }
}

#[inline(always)]
pub unsafe fn send_null(number: isize, to: usize, info: usize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!(
            "push ebp",
            "push esi",
            "mov esi, edx",
            "mov ecx, esp",
            "lea edx, [2f]",
            "2:",
            "sysenter",
            "pop esi",
            "pop ebp",
            in("eax") number, inlateout("ebx") to => _, inlateout("edx") info => _, lateout("ecx") _,
        );
    }
}

#[inline(always)]
pub unsafe fn send(number: isize, to: usize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        sysenter!(
            in("eax") number, inlateout("ebx") to => _, inlateout("edx") info => _, inlateout("edi") words[0] => _,
            inlateout("ecx") words.get(1).copied().unwrap_or(0) => _,
        );
    }
}

#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe fn reply(number: isize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        sysenter!(
            in("eax") number, lateout("ebx") _, inlateout("edx") info => _, inlateout("edi") words[0] => _,
            inlateout("ecx") words[1] => _,
        );
    }
}

#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe fn recv(number: isize, from: usize, _reply: usize) -> Received {
    let (badge, info, a, b);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        // Nothing is sent.
        sysenter_with!(;
            in("eax") number, inlateout("ebx") from => badge, lateout("edx") info, lateout("edi") a, lateout("ecx") b,
        );
    }
    Received {
        badge,
        info,
        words: [a, b],
    }
}

#[cfg(KernelIsMCS)]
#[inline(always)]
pub unsafe fn recv(number: isize, from: usize, reply: usize) -> Received {
    let (badge, info, a);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        sysenter!(
            in("eax") number, inlateout("ebx") from => badge, lateout("edx") info, lateout("edi") a,
            inlateout("ecx") reply => _,
        );
    }
    Received {
        badge,
        info,
        words: [a],
    }
}

#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe fn send_recv(number: isize, to: usize, info: usize, words: Words, _reply: usize) -> Received {
    let (badge, info_back, a, b);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        sysenter!(
            in("eax") number, inlateout("ebx") to => badge, inlateout("edx") info => info_back,
            inlateout("edi") words[0] => a, inlateout("ecx") words[1] => b,
        );
    }
    Received {
        badge,
        info: info_back,
        words: [a, b],
    }
}

#[cfg(KernelIsMCS)]
#[inline(always)]
pub unsafe fn send_recv(number: isize, to: usize, info: usize, words: Words, reply: usize) -> Received {
    let (badge, info_back, a);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        sysenter!(
            in("eax") number, inlateout("ebx") to => badge, inlateout("edx") info => info_back,
            inlateout("edi") words[0] => a, inlateout("ecx") reply => _,
        );
    }
    Received {
        badge,
        info: info_back,
        words: [a],
    }
}

/// There is no register for the second capability: it goes through the IPC buffer's user data.
#[cfg(KernelIsMCS)]
#[inline(always)]
pub unsafe fn nb_send_recv(number: isize, to: usize, from: usize, info: usize, words: Words, reply: usize) -> Received {
    // SAFETY: the thread has an IPC buffer, as the callers of this need; the rest as above.
    unsafe {
        (*super::super::ipc_buffer::current()).userData = to;
        send_recv(number, from, info, words, reply)
    }
}

/// The place of the IPC buffer's address in thread-local storage. The instructions read the word at
/// the thread pointer, gs:0, which contains the thread pointer itself. No Rust code can reach that
/// word, since whoever prepared the storage has given it away; it was written before the thread
/// pointer was set, by instructions that are a barrier to the compiler, and it never changes. So no
/// write is missed, and the result is the same as long as the thread pointer is.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "mov {slot}, gs:0",
            "lea {slot}, [{slot} + {variable}@NTPOFF]",
            slot = lateout(reg) slot,
            variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

thread_slot!();
