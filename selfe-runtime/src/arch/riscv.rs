//! riscv32 and riscv64: the thread pointer is the register tp.

use crate::thread::First;
use crate::tls::Variant;
use core::mem::MaybeUninit;
use selfe_sys::seL4_UserContext;

/// Thread-local storage begins at the thread pointer.
pub const VARIANT: Variant = Variant::Above { words_at_pointer: 0 };

/// Makes `pointer` the thread pointer of the running thread.
///
/// # Safety
/// It was prepared as one, and nothing still uses the thread-local variables of the previous one.
pub unsafe fn set_thread_pointer(pointer: usize) {
    // SAFETY: as the caller promises; the kernel saves the register for each thread, like all
    // others.
    unsafe {
        core::arch::asm!("mv tp, {}", in(reg) pointer, options(nostack, preserves_flags));
    }
}

/// The registers of a thread that starts with `first` and three words as its arguments.
pub fn registers(first: First, stack: &mut [MaybeUninit<u8>], arguments: [usize; 3]) -> seL4_UserContext {
    let top = stack.as_mut_ptr_range().end.expose_provenance();
    let gp: usize;
    // SAFETY: reads a register.
    unsafe { core::arch::asm!("mv {}, gp", out(reg) gp, options(nomem, nostack, preserves_flags)) };
    seL4_UserContext {
        pc: first as usize,
        sp: top & !15,
        // The same in all threads of a program.
        gp,
        a0: arguments[0],
        a1: arguments[1],
        a2: arguments[2],
        ..Default::default()
    }
}

/// The number of registers that [`capture`] stores.
pub const CAPTURED: usize = 15;

/// The instruction that stores a word, and the bytes of a word.
#[cfg(target_arch = "riscv64")]
macro_rules! word {
    ($register:literal, $index:literal) => {
        concat!("sd ", $register, ", 8 * ", $index, "({to})")
    };
}

/// As above.
#[cfg(target_arch = "riscv32")]
macro_rules! word {
    ($register:literal, $index:literal) => {
        concat!("sw ", $register, ", 4 * ", $index, "({to})")
    };
}

/// Stores what a debugger needs to find the callers of this place: the place itself, sp, ra, and s0
/// to s11.
///
/// It is part of the caller, whose frame the registers describe.
#[inline(always)]
pub fn capture(registers: &mut [usize; CAPTURED]) {
    let to = registers.as_mut_ptr();
    // SAFETY: it writes as many words as the array has.
    unsafe {
        core::arch::asm!(
            "auipc {place}, 0",
            word!("{place}", 0),
            word!("sp", 1),
            word!("ra", 2),
            word!("s0", 3),
            word!("s1", 4),
            word!("s2", 5),
            word!("s3", 6),
            word!("s4", 7),
            word!("s5", 8),
            word!("s6", 9),
            word!("s7", 10),
            word!("s8", 11),
            word!("s9", 12),
            word!("s10", 13),
            word!("s11", 14),
            to = in(reg) to,
            place = out(reg) _,
            options(nostack, preserves_flags),
        );
    }
}

/// The same registers of another thread.
pub fn captured(thread: &seL4_UserContext) -> [usize; CAPTURED] {
    [
        thread.pc, thread.sp, thread.ra, thread.s0, thread.s1, thread.s2, thread.s3, thread.s4, thread.s5, thread.s6,
        thread.s7, thread.s8, thread.s9, thread.s10, thread.s11,
    ]
}
