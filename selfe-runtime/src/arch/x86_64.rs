//! x86_64: the thread pointer is the base of the segment fs.

use crate::thread::First;
use crate::tls::Variant;
use core::mem::MaybeUninit;
use selfe_sys::seL4_UserContext;

/// Thread-local storage ends at the thread pointer, where a word contains the thread pointer
/// itself.
///
/// C code compiled with a stack protector reads its canary five words further, so a few more words
/// are reserved.
pub const VARIANT: Variant = Variant::Below { words_at_pointer: 8 };

/// Makes `pointer` the thread pointer of the running thread.
///
/// # Safety
/// It was prepared as one, and nothing still uses the thread-local variables of the previous one.
pub unsafe fn set_thread_pointer(pointer: usize) {
    #[cfg(KernelSetTLSBaseSelf)]
    // SAFETY: as the caller promises.
    unsafe {
        selfe_sys::seL4_SetTLSBase(pointer);
    }
    // A kernel without that system call lets user code set fs.
    #[cfg(not(KernelSetTLSBaseSelf))]
    // SAFETY: as the caller promises.
    unsafe {
        core::arch::asm!("wrfsbase {}", in(reg) pointer, options(nostack, preserves_flags));
    }
}

/// The registers of a thread that starts with `first` and three words as its arguments.
pub fn registers(first: First, stack: &mut [MaybeUninit<u8>], arguments: [usize; 3]) -> seL4_UserContext {
    let top = stack.as_mut_ptr_range().end.expose_provenance();
    seL4_UserContext {
        rip: first as usize,
        // The compiler expects a function to be entered by a call, which has pushed a word below an
        // aligned stack.
        rsp: (top & !15) - size_of::<usize>(),
        rdi: arguments[0],
        rsi: arguments[1],
        rdx: arguments[2],
        ..Default::default()
    }
}
