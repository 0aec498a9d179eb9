//! x86_64: the thread pointer is the base of the segment fs.

use crate::tls::Variant;

/// Thread-local storage ends at the thread pointer, where a word holds the thread pointer itself.
///
/// C code that was compiled with a stack protector reads its canary five words further, so a few words are kept there.
pub const VARIANT: Variant = Variant::Below { words_at_pointer: 8 };

/// Makes `pointer` the thread pointer of the running thread.
///
/// # Safety
/// It was prepared as one, and nobody still uses thread-local variables of the one before.
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
