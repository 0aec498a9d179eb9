//! arm (seL4's aarch32 and arm_hyp), for programs in ARM state: `svc`. The number is in r7, the
//! capability in r0, the message info in r1, message words in r2 to r5; with MCS, a reply
//! capability in r6, and in r8 the second capability of a call that sends to one and receives from
//! another. The compiler reserves r6, so it is restored.

use super::{Received, Words};
use core::arch::{asm, global_asm};

/// Message words in registers.
pub const REGISTERS: usize = 4;

#[inline(always)]
pub unsafe fn null(number: isize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe { asm!("svc #0", in("r7") number, options(nostack)) }
}

#[inline(always)]
pub unsafe fn send_null(number: isize, to: usize, info: usize) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!("svc #0", in("r7") number, inlateout("r0") to => _, inlateout("r1") info => _, options(nostack));
    }
}

#[inline(always)]
pub unsafe fn send(number: isize, to: usize, info: usize, words: Words) {
    // SAFETY: the system call is the caller's; the kernel keeps every register that is not named
    // here.
    unsafe {
        asm!(
            "svc #0",
            in("r7") number, inlateout("r0") to => _, inlateout("r1") info => _,
            inlateout("r2") words[0] => _, inlateout("r3") words[1] => _,
            inlateout("r4") words[2] => _, inlateout("r5") words[3] => _,
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
            "svc #0",
            in("r7") number, inlateout("r1") info => _,
            inlateout("r2") words[0] => _, inlateout("r3") words[1] => _,
            inlateout("r4") words[2] => _, inlateout("r5") words[3] => _,
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
            "mov {kept}, r6",
            "mov r6, {reply}",
            "svc #0",
            "mov r6, {kept}",
            in("r7") number, inlateout("r0") from => badge, lateout("r1") info,
            lateout("r2") a, lateout("r3") b, lateout("r4") c, lateout("r5") d,
            reply = in(reg) reply, kept = out(reg) _,
            options(nostack),
        );
        #[cfg(not(KernelIsMCS))]
        asm!(
            "svc #0",
            in("r7") number, inlateout("r0") from => badge, lateout("r1") info,
            lateout("r2") a, lateout("r3") b, lateout("r4") c, lateout("r5") d,
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
            "mov {kept}, r6",
            "mov r6, {reply}",
            "svc #0",
            "mov r6, {kept}",
            in("r7") number, inlateout("r0") to => badge, inlateout("r1") info => info_back,
            inlateout("r2") words[0] => a, inlateout("r3") words[1] => b,
            inlateout("r4") words[2] => c, inlateout("r5") words[3] => d,
            reply = in(reg) reply, kept = out(reg) _,
            options(nostack),
        );
        #[cfg(not(KernelIsMCS))]
        asm!(
            "svc #0",
            in("r7") number, inlateout("r0") to => badge, inlateout("r1") info => info_back,
            inlateout("r2") words[0] => a, inlateout("r3") words[1] => b,
            inlateout("r4") words[2] => c, inlateout("r5") words[3] => d,
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
            "mov {kept}, r6",
            "mov r6, {reply}",
            "svc #0",
            "mov r6, {kept}",
            in("r7") number, inlateout("r0") from => badge, inlateout("r1") info => info_back,
            inlateout("r2") words[0] => a, inlateout("r3") words[1] => b,
            inlateout("r4") words[2] => c, inlateout("r5") words[3] => d,
            reply = in(reg) reply, kept = out(reg) _, in("r8") to,
            options(nostack),
        );
    }
    Received {
        badge,
        info: info_back,
        words: [a, b, c, d],
    }
}

/// The last operand of the instruction that reads the thread pointer: 2 for TPIDRURW, which
/// programs write, 3 for TPIDRURO, which the kernel writes for them.
const THREAD_POINTER: u32 = if cfg!(KernelSetTLSBaseSelf) { 3 } else { 2 };

// The variable's distance from the thread pointer: no instruction of this architecture can hold it.
global_asm!(
    ".section .rodata.selfe_ipc_buffer_offset, \"a\", %progbits",
    ".balign 4",
    "selfe_ipc_buffer_offset:",
    ".word {variable}(tpoff)",
    ".global selfe_ipc_buffer_offset",
    ".hidden selfe_ipc_buffer_offset",
    ".previous",
    variable = sym super::super::ipc_buffer::__sel4_ipc_buffer,
);

unsafe extern "C" {
    static selfe_ipc_buffer_offset: usize;
}

/// Where the thread's IPC buffer's address is kept, in thread-local storage.
macro_rules! slot {
    ($($option:ident),*) => {{
        let slot;
        asm!(
            "movw {slot}, #:lower16:{offset}",
            "movt {slot}, #:upper16:{offset}",
            "ldr {slot}, [{slot}]",
            "mrc p15, 0, {pointer}, c13, c0, {register}",
            "add {slot}, {slot}, {pointer}",
            slot = out(reg) slot,
            offset = sym selfe_ipc_buffer_offset,
            pointer = out(reg) _,
            register = const THREAD_POINTER,
            options($($option,)* nostack, preserves_flags),
        );
        slot
    }};
}

/// That place. A function works it out once: the thread pointer must not change in it.
#[inline(always)]
pub fn thread_slot() -> *mut usize {
    // SAFETY: the instructions compute an address. They read a constant of this file, which Rust
    // code has no name for and which never changes, so no write is missed, and the result is the
    // same as long as the thread pointer is.
    unsafe { slot!(pure, nomem) }
}

/// That place, from what the thread pointer is at this point.
#[inline(always)]
pub fn thread_slot_now() -> *mut usize {
    // SAFETY: as above. Without the options, the compiler moves it across no instruction that sets
    // the thread pointer.
    unsafe { slot!() }
}
