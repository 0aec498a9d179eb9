//! Two functions whose addresses mark the beginning and the end of the counted instructions in the
//! log.

use core::arch::asm;

/// Starts counting.
#[inline(never)]
pub extern "C" fn begin() {
    // The instruction differs from the one in `end`, or the linker could fold both functions into
    // one.
    // SAFETY: the instruction has no effect.
    unsafe { asm!("nop") }
}

/// Stops counting.
#[inline(never)]
pub extern "C" fn end() {
    // SAFETY: the instruction has no effect.
    unsafe { asm!("nop", "nop") }
}
