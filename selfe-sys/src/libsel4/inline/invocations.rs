//! The invocations of kernel objects, written by the build script from this kernel's own interface
//! files: a message to the object's capability, and its answer.
//!
//! An answer that is an error leaves its first words in the IPC buffer, where `seL4_GetMR` finds
//! what more there is to know about it.
#![allow(clippy::all)]

use super::arch::{Words, send_recv};
use super::bitfields::seL4_MessageInfo_new;
use super::ipc_buffer::{current, still};
use super::syscalls::NO_REPLY;
use crate::*;

/// The message info of an invocation.
#[inline(always)]
const fn message_info(label: usize, caps: usize, length: usize) -> usize {
    seL4_MessageInfo_new(label as _, 0, caps as _, length as _).words[0] as usize
}

/// The error of an answer.
#[inline(always)]
const fn label(info: usize) -> usize {
    super::bitfields::seL4_MessageInfo_get_label(seL4_MessageInfo_t { words: [info as _] }) as usize
}

/// Keeps what came in registers.
#[inline(always)]
unsafe fn keep(words: Words) {
    // SAFETY: the thread has an IPC buffer, as the caller promises, whose first words these are.
    unsafe { *(&raw mut (*current()).msg).cast::<Words>() = words };
}

/// Prints the kernel's reason for an error, unless the program has turned that off.
#[cfg(KernelInvocationReportErrorIPC)]
unsafe fn print_error() {
    // SAFETY: as the caller promises.
    unsafe {
        if crate::seL4_CanPrintError() != 0 {
            crate::seL4_DebugPutString(crate::seL4_GetDebugError());
        }
    }
}

/// What the build script writes.
mod written {
    #![allow(
        clippy::undocumented_unsafe_blocks,
        reason = "each has the `# Safety` that its block relies on"
    )]
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/invocations.rs"));
}

pub use written::*;
