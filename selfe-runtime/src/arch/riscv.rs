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
