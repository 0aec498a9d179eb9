//! x86 of both widths: what the kernel keeps of a thread's flags and segments.

/// Carry, parity, auxiliary carry, zero, sign, direction and overflow.
const OWN_FLAGS: usize = 0xcd5;
/// A bit that is always set, and interrupts allowed.
const FIXED_FLAGS: usize = 0x202;
/// The trap flag, which the kernel takes away.
const TRAP: usize = 0x100;

/// What is written to the flags.
pub const FLAGS: usize = OWN_FLAGS | TRAP;

/// What is read where `written` was written, and which bits of it count.
pub fn kept(name: &str, written: usize) -> (usize, usize) {
    match name {
        "eflags" | "rflags" => (written & OWN_FLAGS | FIXED_FLAGS, usize::MAX),
        _ => (written, usize::MAX),
    }
}

/// What a thread finds in a register.
pub fn seen(name: &str, written: usize) -> (usize, usize) {
    match name {
        // SAFETY: it is the address of a word.
        "fs_base" | "gs_base" => (unsafe { (written as *const usize).read() }, usize::MAX),
        _ => kept(name, written),
    }
}
