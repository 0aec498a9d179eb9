//! 32-bit x86, which seL4 calls ia32: the thread pointer is the base of the segment gs.

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
    // SAFETY: as the caller promises.
    unsafe {
        selfe_sys::seL4_SetTLSBase(pointer);
    }
}

/// The registers of a thread that starts with `first` and three words as its arguments.
pub fn registers(first: First, stack: &mut [MaybeUninit<u8>], arguments: [usize; 3]) -> seL4_UserContext {
    let top = stack.as_mut_ptr_range().end.expose_provenance() & !15;
    // C expects its arguments on the stack above the return address, with the first one on an
    // aligned stack.
    let room = 16 + size_of::<usize>();
    let end = stack.len() - (stack.as_ptr_range().end.addr() - top);
    for (index, argument) in arguments.into_iter().enumerate() {
        let at = end - 16 + index * size_of::<usize>();
        for (to, from) in stack[at..].iter_mut().zip(argument.to_ne_bytes()) {
            to.write(from);
        }
    }
    seL4_UserContext {
        eip: first as usize,
        esp: top - room,
        ..Default::default()
    }
}

/// The number of registers that [`capture`] stores.
pub const CAPTURED: usize = 6;

/// Stores what a debugger needs to find the callers of this place: the place itself, esp, ebx, ebp,
/// esi and edi.
///
/// It is part of the caller, whose frame the registers describe.
#[inline(always)]
pub fn capture(registers: &mut [usize; CAPTURED]) {
    let to = registers.as_mut_ptr();
    // SAFETY: it writes as many words as the array has, and leaves the stack as it was.
    unsafe {
        core::arch::asm!(
            "mov [{to} + 4], esp",
            "mov [{to} + 8], ebx",
            "mov [{to} + 12], ebp",
            "mov [{to} + 16], esi",
            "mov [{to} + 20], edi",
            "call 2f",
            "2: pop {place}",
            "mov [{to}], {place}",
            to = in(reg) to,
            place = out(reg) _,
            options(preserves_flags),
        );
    }
}

/// The same registers of another thread.
pub fn captured(thread: &seL4_UserContext) -> [usize; CAPTURED] {
    [thread.eip, thread.esp, thread.ebx, thread.ebp, thread.esi, thread.edi]
}
