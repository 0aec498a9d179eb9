//! riscv32 and riscv64: `ecall`. The number is in a7, the capability in a0, the message info in a1,
//! message words in a2 to a5; with MCS, a reply capability in a6, and in t0 the second capability
//! of a call that sends to one and receives from another.

use super::{Received, Words};
use core::arch::asm;

/// Message words in registers.
pub const REGISTERS: usize = 4;

#[inline(always)]
pub unsafe fn null(number: isize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe { asm!("ecall", in("a7") number, options(nostack)) }
}

#[inline(always)]
pub unsafe fn send_null(number: isize, to: usize, info: usize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!("ecall", in("a7") number, inlateout("a0") to => _, inlateout("a1") info => _, options(nostack));
    }
}

#[inline(always)]
pub unsafe fn send(number: isize, to: usize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") to => _, inlateout("a1") info => _,
            inlateout("a2") words[0] => _, inlateout("a3") words[1] => _,
            inlateout("a4") words[2] => _, inlateout("a5") words[3] => _,
            options(nostack),
        );
    }
}

#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe fn reply(number: isize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!(
            "ecall",
            in("a7") number, inlateout("a1") info => _,
            inlateout("a2") words[0] => _, inlateout("a3") words[1] => _,
            inlateout("a4") words[2] => _, inlateout("a5") words[3] => _,
            options(nostack),
        );
    }
}

#[inline(always)]
pub unsafe fn recv(number: isize, from: usize, reply: usize) -> Received {
    let (badge, info, a, b, c, d);
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        #[cfg(KernelIsMCS)]
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") from => badge, lateout("a1") info,
            lateout("a2") a, lateout("a3") b, lateout("a4") c, lateout("a5") d,
            in("a6") reply,
            options(nostack),
        );
        #[cfg(not(KernelIsMCS))]
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") from => badge, lateout("a1") info,
            lateout("a2") a, lateout("a3") b, lateout("a4") c, lateout("a5") d,
            options(nostack),
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
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") to => badge, inlateout("a1") info => info_back,
            inlateout("a2") words[0] => a, inlateout("a3") words[1] => b,
            inlateout("a4") words[2] => c, inlateout("a5") words[3] => d,
            in("a6") reply,
            options(nostack),
        );
        #[cfg(not(KernelIsMCS))]
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") to => badge, inlateout("a1") info => info_back,
            inlateout("a2") words[0] => a, inlateout("a3") words[1] => b,
            inlateout("a4") words[2] => c, inlateout("a5") words[3] => d,
            options(nostack),
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
        asm!(
            "ecall",
            in("a7") number, inlateout("a0") from => badge, inlateout("a1") info => info_back,
            inlateout("a2") words[0] => a, inlateout("a3") words[1] => b,
            inlateout("a4") words[2] => c, inlateout("a5") words[3] => d,
            in("a6") reply, in("t0") to,
            options(nostack),
        );
    }
    Received {
        badge,
        info: info_back,
        words: [a, b, c, d],
    }
}

/// Where the thread's IPC buffer's address is kept, in thread-local storage.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "lui {slot}, %tprel_hi({variable})",
            "add {slot}, {slot}, tp, %tprel_add({variable})",
            "addi {slot}, {slot}, %tprel_lo({variable})",
            slot = out(reg) slot,
            variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

/// That place. A function works it out once: the thread pointer must not change in it.
#[inline(always)]
pub fn thread_slot() -> *mut usize {
    // SAFETY: the instructions compute an address from the thread pointer, and use no memory.
    unsafe { slot!(pure, nomem) }
}

/// That place, from what the thread pointer is at this point.
#[inline(always)]
pub fn thread_slot_now() -> *mut usize {
    // SAFETY: as above. Without the options, the compiler moves it across no instruction that sets
    // the thread pointer.
    unsafe { slot!() }
}
