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
