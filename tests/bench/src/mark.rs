//! Two functions whose addresses stand in the list of executed instructions where counting begins
//! and ends.

use core::arch::asm;

/// Counting begins.
#[inline(never)]
pub extern "C" fn begin() {
    // Not as `end` does, or both might be made one function.
    // SAFETY: it does nothing.
    unsafe { asm!("nop") }
}

/// Counting ends.
#[inline(never)]
pub extern "C" fn end() {
    // SAFETY: it does nothing.
    unsafe { asm!("nop", "nop") }
}
