//! 32-bit and 64-bit x86: which flags and segments of a thread the kernel keeps.

/// Carry, parity, auxiliary carry, zero, sign, direction and overflow.
const OWN_FLAGS: usize = 0xcd5;
/// A bit that is always set, and the interrupt flag.
const FIXED_FLAGS: usize = 0x202;
/// The trap flag, which the kernel clears.
const TRAP: usize = 0x100;

/// The resume flag. A processor may set it in the flags that it saves for a fault, so that a
/// breakpoint at that instruction does not trigger again. QEMU does so since version 10.
const RESUME: usize = 0x1_0000;

/// The value written to the flags.
pub const FLAGS: usize = OWN_FLAGS | TRAP;

/// The value read after `written` was written, and the mask of the bits to compare.
pub fn kept(name: &str, written: usize) -> (usize, usize) {
    match name {
        "eflags" | "rflags" => (written & OWN_FLAGS | FIXED_FLAGS, usize::MAX),
        _ => (written, usize::MAX),
    }
}

/// The same after a fault.
pub fn kept_in_fault(name: &str, written: usize) -> (usize, usize) {
    let (wanted, bits) = kept(name, written);
    match name {
        "eflags" | "rflags" => (wanted, bits & !RESUME),
        _ => (wanted, bits),
    }
}

/// Whether a page fault's code says that an instruction was fetched. This needs non-executable
/// pages, which the kernel does not enable, or supervisor mode execution prevention, which it
/// enables if the processor supports it.
pub fn tells_fetches() -> bool {
    #[cfg(target_arch = "x86")]
    use core::arch::x86::{__cpuid, __cpuid_count};
    #[cfg(target_arch = "x86_64")]
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    const FEATURES: u32 = 7;
    const SMEP: u32 = 1 << 7;
    __cpuid(0).eax >= FEATURES && __cpuid_count(FEATURES, 0).ebx & SMEP != 0
}

/// The length in bytes of the system call instruction.
pub const SYSTEM_CALL_BYTES: usize = 2;

/// The value that a thread finds in a register.
pub fn seen(name: &str, written: usize) -> (usize, usize) {
    match name {
        // SAFETY: it is the address of a word.
        "fs_base" | "gs_base" => (unsafe { (written as *const usize).read() }, usize::MAX),
        _ => kept(name, written),
    }
}
