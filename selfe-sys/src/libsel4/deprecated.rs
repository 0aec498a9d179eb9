//! The functions of libsel4's `deprecated.h`: `static` in C, so no library has them.
#![allow(non_snake_case)]
// Each is as safe as the function that it calls; see there.
#![allow(clippy::missing_safety_doc)]

use crate::{
    seL4_CNode_CapData_new, seL4_GetIPCBuffer, seL4_GetMR, seL4_MessageInfo_get_length, seL4_MessageInfo_t, seL4_SetMR,
    seL4_UnknownSyscall_Length, seL4_VMFault_Addr, seL4_VMFault_IP, seL4_Word, seL4_isUnknownSyscall_tag,
    seL4_isVMFault_tag,
};

/// The message info at the head of the IPC buffer.
#[deprecated(note = "removed from libsel4")]
pub unsafe fn seL4_GetTag() -> seL4_MessageInfo_t {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { (*seL4_GetIPCBuffer()).tag }
}

/// Writes the message info at the head of the IPC buffer.
#[deprecated(note = "removed from libsel4")]
pub unsafe fn seL4_SetTag(tag: seL4_MessageInfo_t) {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { (*seL4_GetIPCBuffer()).tag = tag }
}

/// The instruction pointer in a VM fault's message.
#[deprecated(note = "use seL4_GetMR(seL4_VMFault_IP)")]
pub unsafe fn seL4_PF_FIP() -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_GetMR(seL4_VMFault_IP as _) }
}

/// The address in a VM fault's message.
#[deprecated(note = "use seL4_GetMR(seL4_VMFault_Addr)")]
pub unsafe fn seL4_PF_Addr() -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_GetMR(seL4_VMFault_Addr as _) }
}

/// Whether the IPC buffer contains a VM fault.
#[deprecated(note = "use seL4_isVMFault_tag")]
pub unsafe fn seL4_isPageFault_MSG() -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_isVMFault_tag((*seL4_GetIPCBuffer()).tag) as seL4_Word }
}

/// Whether it is the message info of a VM fault.
#[deprecated(note = "use seL4_isVMFault_tag")]
pub unsafe fn seL4_isPageFault_Tag(tag: seL4_MessageInfo_t) -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_isVMFault_tag(tag) as seL4_Word }
}

/// Whether it is the message info of an unknown system call.
#[deprecated(note = "use seL4_isUnknownSyscall_tag")]
pub unsafe fn seL4_isExceptIPC_Tag(tag: seL4_MessageInfo_t) -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_isUnknownSyscall_tag(tag) as seL4_Word }
}

/// A message register.
#[deprecated(note = "use seL4_GetMR")]
pub unsafe fn seL4_ExceptIPC_Get(mr: seL4_Word) -> seL4_Word {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_GetMR(mr as _) }
}

/// Writes a message register.
#[deprecated(note = "use seL4_SetMR")]
pub unsafe fn seL4_ExceptIPC_Set(index: seL4_Word, val: seL4_Word) {
    // SAFETY: the thread has an IPC buffer, as the caller promises.
    unsafe { seL4_SetMR(index as _, val) }
}

/// Whether the message is as long as that of an unknown system call.
#[deprecated(note = "use seL4_isUnknownSyscall_tag")]
pub fn seL4_IsArchSyscallFrom(tag: seL4_MessageInfo_t) -> seL4_Word {
    (seL4_MessageInfo_get_length(tag) as seL4_Word == seL4_UnknownSyscall_Length as seL4_Word) as seL4_Word
}

/// The same as `seL4_IsArchSyscallFrom`, as it is in C.
#[deprecated(note = "use seL4_isUserException_tag")]
pub fn seL4_IsArchExceptionFrom(tag: seL4_MessageInfo_t) -> seL4_Word {
    (seL4_MessageInfo_get_length(tag) as seL4_Word == seL4_UnknownSyscall_Length as seL4_Word) as seL4_Word
}

/// The badge itself.
#[deprecated(note = "badges do not need to be constructed")]
pub const fn seL4_CapData_Badge_new(badge: seL4_Word) -> seL4_Word {
    badge
}

/// A CNode's guard as a word.
#[deprecated(note = "use the word of seL4_CNode_CapData_new")]
pub fn seL4_CapData_Guard_new(guard: seL4_Word, bits: seL4_Word) -> seL4_Word {
    seL4_CNode_CapData_new(guard as _, bits as _).words[0] as seL4_Word
}
