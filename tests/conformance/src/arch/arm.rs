//! 32-bit Arm: its registers.

use super::Place;
use core::arch::global_asm;
use selfe_sys::seL4_UserContext;

/// The flag of a thread that executes Thumb code.
const THUMB: usize = 0x20;

/// The registers with which a thread enters a function. The lowest bit of a function's address says
/// whether it is Thumb code.
pub fn context(function: usize, stack_top: usize, argument: usize) -> seL4_UserContext {
    seL4_UserContext {
        pc: function & !1,
        cpsr: if function & 1 == 1 { THUMB } else { 0 },
        sp: stack_top,
        r0: argument,
        ..Default::default()
    }
}

/// The words of `seL4_UserContext`.
pub const NAMES: &[&str] = &[
    "pc", "sp", "cpsr", "r0", "r1", "r8", "r9", "r10", "r11", "r12", "r2", "r3", "r4", "r5", "r6", "r7", "r14",
    "tpidrurw", "tpidruro",
];

/// The register that the probe overwrites, after storing it.
pub const USED: &str = "r0";

/// The registers that the probe stores.
pub const SEEN: &[&str] = &[
    "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r14", "cpsr", "tpidrurw",
    "tpidruro",
];

/// Negative, zero, carry, overflow and saturation.
const OWN_FLAGS: usize = 0xf800_0000;
/// The processor mode of a thread, as a mask and its value.
const MODE: usize = 0x1f;
const USER: usize = 0x10;

/// Gives registers that cannot hold any number a valid value.
pub fn prepare(context: &mut seL4_UserContext, place: &Place) {
    context.pc = super::probe();
    context.sp = place.stack;
    // Three of the flags, and the kernel's mode, which the kernel replaces.
    context.cpsr = 0xa800_0000 | 0x13;
}

/// The value read after `written` was written, and the mask of the bits to compare.
pub fn kept(name: &str, written: usize) -> (usize, usize) {
    match name {
        "cpsr" => (written & OWN_FLAGS | USER, OWN_FLAGS | MODE),
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
        "cpsr" => (written & OWN_FLAGS, OWN_FLAGS),
        _ => (written, usize::MAX),
    }
}

global_asm!(
    ".arm",
    ".global selfe_conformance_probe",
    ".balign 4",
    "selfe_conformance_probe:",
    "stm sp, {{r0-r12}}",
    "str lr, [sp, #52]",
    "mrs r0, cpsr",
    "str r0, [sp, #56]",
    "mrc p15, 0, r0, c13, c0, 2",
    "str r0, [sp, #60]",
    "mrc p15, 0, r0, c13, c0, 3",
    "str r0, [sp, #64]",
    ".global selfe_conformance_probe_end",
    "selfe_conformance_probe_end:",
    "udf #0",
);

/// The message word that holds the argument of `unknown`.
pub const UNKNOWN_ARGUMENT: usize = selfe_sys::seL4_UnknownSyscall_R0 as usize;

global_asm!(
    ".arm",
    ".global selfe_conformance_unknown",
    ".type selfe_conformance_unknown, %function",
    ".balign 4",
    "selfe_conformance_unknown:",
    "push {{r7, lr}}",
    "mov r7, r0",
    "mov r0, r1",
    "svc #0",
    ".global selfe_conformance_unknown_end",
    "selfe_conformance_unknown_end:",
    "pop {{r7, pc}}",
);

/// The size in bytes of d0 to d15.
pub const KEPT_BYTES: usize = 16 * 8;

// The kernel saves these registers whether or not the Rust target uses floating-point registers.
global_asm!(
    ".arm",
    ".fpu vfpv3-d16",
    ".global selfe_conformance_keep",
    ".type selfe_conformance_keep, %function",
    ".balign 4",
    "selfe_conformance_keep:",
    "vpush {{d8-d15}}",
    "vldmia r0, {{d0-d15}}",
    "2: ldr r3, [r1]",
    "add r3, r3, #1",
    "str r3, [r1]",
    "ldr r3, [r2]",
    "cmp r3, #0",
    "beq 2b",
    "vstmia r1, {{d0-d15}}",
    "vpop {{d8-d15}}",
    "bx lr",
);
