//! x86_64: its registers.

#[path = "x86_flags.rs"]
mod flags;

pub use flags::{SYSTEM_CALL_BYTES, kept, kept_in_fault, seen, tells_fetches};

use super::Place;
use core::arch::global_asm;
use selfe_sys::seL4_UserContext;

/// The registers with which a thread enters a function.
pub fn context(function: usize, stack_top: usize, argument: usize) -> seL4_UserContext {
    seL4_UserContext {
        rip: function,
        // A function expects a stack onto which a call has pushed one word.
        rsp: stack_top - size_of::<usize>(),
        rdi: argument,
        ..Default::default()
    }
}

/// The words of `seL4_UserContext`.
pub const NAMES: &[&str] = &[
    "rip", "rsp", "rflags", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15", "fs_base", "gs_base",
];

/// The register that the probe overwrites, after storing it.
pub const USED: &str = "rax";

/// The registers that the probe stores.
pub const SEEN: &[&str] = &[
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rflags",
    "fs_base", "gs_base",
];

/// Gives registers that cannot hold any number a valid value.
pub fn prepare(context: &mut seL4_UserContext, place: &Place) {
    context.rip = super::probe();
    context.rsp = place.stack;
    context.rflags = flags::FLAGS;
    // Segment bases: a thread sees only what they point to.
    [context.fs_base, context.gs_base] = place.words;
}

global_asm!(
    ".global selfe_conformance_probe",
    "selfe_conformance_probe:",
    "mov [rsp], rax",
    "mov [rsp + 8], rbx",
    "mov [rsp + 16], rcx",
    "mov [rsp + 24], rdx",
    "mov [rsp + 32], rsi",
    "mov [rsp + 40], rdi",
    "mov [rsp + 48], rbp",
    "mov [rsp + 56], r8",
    "mov [rsp + 64], r9",
    "mov [rsp + 72], r10",
    "mov [rsp + 80], r11",
    "mov [rsp + 88], r12",
    "mov [rsp + 96], r13",
    "mov [rsp + 104], r14",
    "mov [rsp + 112], r15",
    "pushfq",
    "pop rax",
    "mov [rsp + 120], rax",
    "mov rax, fs:[0]",
    "mov [rsp + 128], rax",
    "mov rax, gs:[0]",
    "mov [rsp + 136], rax",
    ".global selfe_conformance_probe_end",
    "selfe_conformance_probe_end:",
    "ud2",
);

/// The message word that holds the argument of `unknown`.
pub const UNKNOWN_ARGUMENT: usize = selfe_sys::seL4_UnknownSyscall_RAX as usize;

global_asm!(
    ".global selfe_conformance_unknown",
    "selfe_conformance_unknown:",
    "mov rdx, rdi",
    "mov rax, rsi",
    // The kernel returns with another stack pointer.
    "mov r8, rsp",
    "syscall",
    ".global selfe_conformance_unknown_end",
    "selfe_conformance_unknown_end:",
    "mov rsp, r8",
    "ret",
);

/// The size in bytes of xmm0 to xmm15.
pub const KEPT_BYTES: usize = 16 * 16;

global_asm!(
    ".global selfe_conformance_keep",
    "selfe_conformance_keep:",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
    "movups xmm\\number, [rdi + 16 * \\number]",
    ".endr",
    "2: inc dword ptr [rsi]",
    "cmp dword ptr [rdx], 0",
    "je 2b",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
    "movups [rsi + 16 * \\number], xmm\\number",
    ".endr",
    "ret",
);
