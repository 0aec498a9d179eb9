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

/// The number of registers that [`capture`] stores.
pub const CAPTURED: usize = 8;

/// Stores what a debugger needs to find the callers of this place: the place itself, rsp, rbx, rbp
/// and r12 to r15.
///
/// It is part of the caller, whose frame the registers describe.
#[inline(always)]
pub fn capture(registers: &mut [usize; CAPTURED]) {
    let to = registers.as_mut_ptr();
    // SAFETY: it writes as many words as the array has.
    unsafe {
        core::arch::asm!(
            "mov [{to} + 8], rsp",
            "mov [{to} + 16], rbx",
            "mov [{to} + 24], rbp",
            "mov [{to} + 32], r12",
            "mov [{to} + 40], r13",
            "mov [{to} + 48], r14",
            "mov [{to} + 56], r15",
            "lea {place}, [rip]",
            "mov [{to}], {place}",
            to = in(reg) to,
            place = out(reg) _,
            options(nostack, preserves_flags),
        );
    }
}

/// The same registers of another thread.
pub fn captured(thread: &seL4_UserContext) -> [usize; CAPTURED] {
    [
        thread.rip, thread.rsp, thread.rbx, thread.rbp, thread.r12, thread.r13, thread.r14, thread.r15,
    ]
}
