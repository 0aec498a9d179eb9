//! aarch64: the thread pointer is the register TPIDR_EL0.

use crate::thread::First;
use crate::tls::Variant;
use core::mem::MaybeUninit;
use selfe_sys::seL4_UserContext;

/// Two words at the thread pointer, followed by thread-local storage.
pub const VARIANT: Variant = Variant::Above { words_at_pointer: 2 };

/// Makes `pointer` the thread pointer of the running thread.
///
/// # Safety
/// It was prepared as one, and nothing still uses the thread-local variables of the previous one.
pub unsafe fn set_thread_pointer(pointer: usize) {
    // SAFETY: as the caller promises; the kernel saves the register for each thread.
    unsafe {
        core::arch::asm!("msr tpidr_el0, {}", in(reg) pointer, options(nostack, preserves_flags));
    }
}

/// The registers of a thread that starts with `first` and three words as its arguments.
pub fn registers(first: First, stack: &mut [MaybeUninit<u8>], arguments: [usize; 3]) -> seL4_UserContext {
    let top = stack.as_mut_ptr_range().end.expose_provenance();
    seL4_UserContext {
        pc: first as usize,
        sp: top & !15,
        x0: arguments[0],
        x1: arguments[1],
        x2: arguments[2],
        ..Default::default()
    }
}

/// The number of registers that [`capture`] stores.
pub const CAPTURED: usize = 14;

/// Stores what a debugger needs to find the callers of this place: the place itself, sp, and x19 to
/// x30.
///
/// It is part of the caller, whose frame the registers describe.
#[inline(always)]
pub fn capture(registers: &mut [usize; CAPTURED]) {
    let to = registers.as_mut_ptr();
    // SAFETY: it writes as many words as the array has.
    unsafe {
        core::arch::asm!(
            "adr {place}, .",
            "mov {stack}, sp",
            "stp {place}, {stack}, [{to}]",
            "stp x19, x20, [{to}, #16]",
            "stp x21, x22, [{to}, #32]",
            "stp x23, x24, [{to}, #48]",
            "stp x25, x26, [{to}, #64]",
            "stp x27, x28, [{to}, #80]",
            "stp x29, x30, [{to}, #96]",
            to = in(reg) to,
            place = out(reg) _,
            stack = out(reg) _,
            options(nostack, preserves_flags),
        );
    }
}

/// The same registers of another thread.
pub fn captured(thread: &seL4_UserContext) -> [usize; CAPTURED] {
    [
        thread.pc, thread.sp, thread.x19, thread.x20, thread.x21, thread.x22, thread.x23, thread.x24, thread.x25,
        thread.x26, thread.x27, thread.x28, thread.x29, thread.x30,
    ]
}
