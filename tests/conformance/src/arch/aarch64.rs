//! aarch64: its registers.

use super::Place;
use core::arch::global_asm;
use selfe_sys::seL4_UserContext;

/// The registers with which a thread enters a function.
pub fn context(function: usize, stack_top: usize, argument: usize) -> seL4_UserContext {
    seL4_UserContext {
        pc: function,
        sp: stack_top,
        x0: argument,
        ..Default::default()
    }
}

/// The words of `seL4_UserContext`.
pub const NAMES: &[&str] = &[
    "pc",
    "sp",
    "spsr",
    "x0",
    "x1",
    "x2",
    "x3",
    "x4",
    "x5",
    "x6",
    "x7",
    "x8",
    "x16",
    "x17",
    "x18",
    "x29",
    "x30",
    "x9",
    "x10",
    "x11",
    "x12",
    "x13",
    "x14",
    "x15",
    "x19",
    "x20",
    "x21",
    "x22",
    "x23",
    "x24",
    "x25",
    "x26",
    "x27",
    "x28",
    "tpidr_el0",
    "tpidrro_el0",
];

/// The register that the probe overwrites, after storing it.
pub const USED: &str = "x0";

/// The registers that the probe stores.
pub const SEEN: &[&str] = &[
    "x0",
    "x1",
    "x2",
    "x3",
    "x4",
    "x5",
    "x6",
    "x7",
    "x8",
    "x9",
    "x10",
    "x11",
    "x12",
    "x13",
    "x14",
    "x15",
    "x16",
    "x17",
    "x18",
    "x19",
    "x20",
    "x21",
    "x22",
    "x23",
    "x24",
    "x25",
    "x26",
    "x27",
    "x28",
    "x29",
    "x30",
    "spsr",
    "tpidr_el0",
    "tpidrro_el0",
];

/// Negative, zero, carry and overflow.
const OWN_FLAGS: usize = 0xf000_0000;
/// The exception level and the stack pointer of a thread.
const MODE: usize = 0xf;

/// Gives registers that cannot hold any number a valid value.
pub fn prepare(context: &mut seL4_UserContext, place: &Place) {
    context.pc = super::probe();
    context.sp = place.stack;
    // Two of the flags, and the kernel's exception level, which the kernel replaces.
    context.spsr = 0xa000_0000 | 0x5;
}

/// The value read after `written` was written, and the mask of the bits to compare.
pub fn kept(name: &str, written: usize) -> (usize, usize) {
    match name {
        "spsr" => (written & OWN_FLAGS, OWN_FLAGS | MODE),
        _ => (written, usize::MAX),
    }
}

/// After a fault: the processor does not change a thread's own bits.
pub fn kept_in_fault(name: &str, written: usize) -> (usize, usize) {
    kept(name, written)
}

/// An instruction fetch is a fault of its own kind.
pub fn tells_fetches() -> bool {
    true
}

/// The length in bytes of the system call instruction.
pub const SYSTEM_CALL_BYTES: usize = 4;

/// The value that a thread finds in a register.
pub fn seen(name: &str, written: usize) -> (usize, usize) {
    match name {
        "spsr" => (written & OWN_FLAGS, usize::MAX),
        _ => (written, usize::MAX),
    }
}

global_asm!(
    ".global selfe_conformance_probe",
    "selfe_conformance_probe:",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30",
    "str x\\number, [sp, #8 * \\number]",
    ".endr",
    "mrs x0, nzcv",
    "str x0, [sp, #8 * 31]",
    "mrs x0, tpidr_el0",
    "str x0, [sp, #8 * 32]",
    "mrs x0, tpidrro_el0",
    "str x0, [sp, #8 * 33]",
    ".global selfe_conformance_probe_end",
    "selfe_conformance_probe_end:",
    "udf #0",
);

/// The message word that holds the argument of `unknown`.
pub const UNKNOWN_ARGUMENT: usize = selfe_sys::seL4_UnknownSyscall_X0 as usize;

global_asm!(
    ".global selfe_conformance_unknown",
    "selfe_conformance_unknown:",
    "mov x7, x0",
    "mov x0, x1",
    "svc #0",
    ".global selfe_conformance_unknown_end",
    "selfe_conformance_unknown_end:",
    "ret",
);

/// The size in bytes of q0 to q31.
pub const KEPT_BYTES: usize = 32 * 16;

global_asm!(
    ".global selfe_conformance_keep",
    "selfe_conformance_keep:",
    // The calling convention requires a function to preserve the lower halves of these.
    "stp d8, d9, [sp, #-64]!",
    "stp d10, d11, [sp, #16]",
    "stp d12, d13, [sp, #32]",
    "stp d14, d15, [sp, #48]",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
    "ldr q\\number, [x0, #16 * \\number]",
    ".endr",
    "2: ldr w3, [x1]",
    "add w3, w3, #1",
    "str w3, [x1]",
    "ldr w3, [x2]",
    "cbz w3, 2b",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
    "str q\\number, [x1, #16 * \\number]",
    ".endr",
    "ldp d10, d11, [sp, #16]",
    "ldp d12, d13, [sp, #32]",
    "ldp d14, d15, [sp, #48]",
    "ldp d8, d9, [sp], #64",
    "ret",
);
