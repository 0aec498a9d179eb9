//! ia32: its registers.

#[path = "x86_flags.rs"]
mod flags;

pub use flags::{SYSTEM_CALL_BYTES, kept, kept_in_fault, seen, tells_fetches};

use super::Place;
use core::arch::global_asm;
use selfe_sys::seL4_UserContext;

/// The registers with which a thread enters a function, whose argument is on the stack.
pub fn context(function: usize, stack_top: usize, argument: usize) -> seL4_UserContext {
    // The stack is aligned to 16 bytes below the word that a call pushes.
    let place = stack_top - 16;
    // SAFETY: the stack is mapped, and belongs to a thread that is not running yet.
    unsafe { (place as *mut usize).write(argument) };
    seL4_UserContext {
        eip: function,
        esp: place - size_of::<usize>(),
        ..Default::default()
    }
}

/// The words of `seL4_UserContext`.
pub const NAMES: &[&str] = &[
    "eip", "esp", "eflags", "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "fs_base", "gs_base",
];

/// The register that the probe overwrites, after storing it.
pub const USED: &str = "eax";

/// The registers that the probe stores.
pub const SEEN: &[&str] = &[
    "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "eflags", "fs_base", "gs_base",
];

/// Gives registers that cannot hold any number a valid value.
pub fn prepare(context: &mut seL4_UserContext, place: &Place) {
    context.eip = super::probe();
    context.esp = place.stack;
    context.eflags = flags::FLAGS;
    // Segment bases: a thread sees only what they point to.
    [context.fs_base, context.gs_base] = place.words;
}

global_asm!(
    ".global selfe_conformance_probe",
    "selfe_conformance_probe:",
    "mov [esp], eax",
    "mov [esp + 4], ebx",
    "mov [esp + 8], ecx",
    "mov [esp + 12], edx",
    "mov [esp + 16], esi",
    "mov [esp + 20], edi",
    "mov [esp + 24], ebp",
    "pushfd",
    "pop eax",
    "mov [esp + 28], eax",
    "mov eax, fs:[0]",
    "mov [esp + 32], eax",
    "mov eax, gs:[0]",
    "mov [esp + 36], eax",
    ".global selfe_conformance_probe_end",
    "selfe_conformance_probe_end:",
    "ud2",
);

/// The message word that holds the argument of `unknown`.
pub const UNKNOWN_ARGUMENT: usize = selfe_sys::seL4_UnknownSyscall_EBX as usize;

global_asm!(
    ".global selfe_conformance_unknown",
    "selfe_conformance_unknown:",
    "push ebp",
    "push ebx",
    "mov eax, [esp + 12]",
    "mov ebx, [esp + 16]",
    "mov ecx, esp",
    "lea edx, [2f]",
    "2:",
    "sysenter",
    ".global selfe_conformance_unknown_end",
    "selfe_conformance_unknown_end:",
    "mov eax, ebx",
    "pop ebx",
    "pop ebp",
    "ret",
);

/// The size in bytes of xmm0 to xmm7.
pub const KEPT_BYTES: usize = 8 * 16;

global_asm!(
    ".global selfe_conformance_keep",
    "selfe_conformance_keep:",
    "mov eax, [esp + 4]",
    "mov ecx, [esp + 8]",
    "mov edx, [esp + 12]",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7",
    "movups xmm\\number, [eax + 16 * \\number]",
    ".endr",
    "2: inc dword ptr [ecx]",
    "cmp dword ptr [edx], 0",
    "je 2b",
    ".irp number, 0, 1, 2, 3, 4, 5, 6, 7",
    "movups [ecx + 16 * \\number], xmm\\number",
    ".endr",
    "ret",
);
