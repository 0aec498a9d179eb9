//! 32-bit and 64-bit RISC-V: its registers.

use super::Place;
use core::arch::{asm, global_asm};
use selfe_sys::seL4_UserContext;

/// The registers with which a thread enters a function.
pub fn context(function: usize, stack_top: usize, argument: usize) -> seL4_UserContext {
    let gp: usize;
    // SAFETY: it reads a register that is the same for all threads of a program.
    unsafe { asm!("mv {}, gp", out(reg) gp, options(nomem, nostack, preserves_flags)) };
    seL4_UserContext {
        pc: function,
        sp: stack_top,
        gp,
        a0: argument,
        ..Default::default()
    }
}

/// The words of `seL4_UserContext`.
pub const NAMES: &[&str] = &[
    "pc", "ra", "sp", "gp", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "a0", "a1", "a2",
    "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "tp",
];

/// The register that the probe overwrites: none.
pub const USED: &str = "";

/// The registers that the probe stores.
pub const SEEN: &[&str] = &[
    "ra", "gp", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "tp",
];

/// Gives registers that cannot hold any number a valid value.
pub fn prepare(context: &mut seL4_UserContext, place: &Place) {
    context.pc = super::probe();
    context.sp = place.stack;
}

/// The value read after `written` was written, and the mask of the bits to compare.
pub fn kept(_: &str, written: usize) -> (usize, usize) {
    (written, usize::MAX)
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
    kept(name, written)
}

/// A macro that stores a register at an index of the stack.
#[cfg(target_arch = "riscv64")]
macro_rules! probe {
    ($($line:expr),+ $(,)?) => { global_asm!(".macro selfe_put register, index", "sd \\register, 8 * \\index(sp)", ".endm", $($line),+); };
}
#[cfg(target_arch = "riscv32")]
macro_rules! probe {
    ($($line:expr),+ $(,)?) => { global_asm!(".macro selfe_put register, index", "sw \\register, 4 * \\index(sp)", ".endm", $($line),+); };
}

probe!(
    ".global selfe_conformance_probe",
    ".balign 4",
    "selfe_conformance_probe:",
    ".set selfe_index, 0",
    ".irp register, ra, gp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, a0, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, tp",
    "selfe_put \\register, selfe_index",
    ".set selfe_index, selfe_index + 1",
    ".endr",
    ".global selfe_conformance_probe_end",
    "selfe_conformance_probe_end:",
    "unimp",
);

/// The message word that holds the argument of `unknown`.
pub const UNKNOWN_ARGUMENT: usize = selfe_sys::seL4_UnknownSyscall_A0 as usize;

global_asm!(
    ".global selfe_conformance_unknown",
    ".balign 4",
    "selfe_conformance_unknown:",
    "mv a7, a0",
    "mv a0, a1",
    "ecall",
    ".global selfe_conformance_unknown_end",
    "selfe_conformance_unknown_end:",
    "ret",
);

/// The size in bytes of f0 to f31.
pub const KEPT_BYTES: usize = 32 * 8;

// The kernel saves these registers whether or not the Rust target uses floating-point registers.
global_asm!(
    ".option push",
    ".option arch, +d",
    ".global selfe_conformance_keep",
    ".balign 4",
    "selfe_conformance_keep:",
    "addi sp, sp, -96",
    "fsd fs0, 0(sp)",
    "fsd fs1, 8(sp)",
    "fsd fs2, 16(sp)",
    "fsd fs3, 24(sp)",
    "fsd fs4, 32(sp)",
    "fsd fs5, 40(sp)",
    "fsd fs6, 48(sp)",
    "fsd fs7, 56(sp)",
    "fsd fs8, 64(sp)",
    "fsd fs9, 72(sp)",
    "fsd fs10, 80(sp)",
    "fsd fs11, 88(sp)",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
    "fld f\\number, 8 * \\number(a0)",
    ".endr",
    "2: lw a3, 0(a1)",
    "addi a3, a3, 1",
    "sw a3, 0(a1)",
    "lw a3, 0(a2)",
    "beqz a3, 2b",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
    "fsd f\\number, 8 * \\number(a1)",
    ".endr",
    "fld fs0, 0(sp)",
    "fld fs1, 8(sp)",
    "fld fs2, 16(sp)",
    "fld fs3, 24(sp)",
    "fld fs4, 32(sp)",
    "fld fs5, 40(sp)",
    "fld fs6, 48(sp)",
    "fld fs7, 56(sp)",
    "fld fs8, 64(sp)",
    "fld fs9, 72(sp)",
    "fld fs10, 80(sp)",
    "fld fs11, 88(sp)",
    "addi sp, sp, 96",
    "ret",
    ".option pop",
);
