//! Receiving and answering, on kernels with and without `KernelIsMCS`.
//!
//! With `KernelIsMCS` the right to reply is in a reply object, which every receiving thread
//! supplies; without it, the right is part of the thread.

use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_MessageInfo_t};

/// The label of a message and the number of its words.
pub fn info(label: usize, words: usize) -> seL4_MessageInfo_t {
    sys::seL4_MessageInfo_new(label as _, 0, 0, words as _)
}

/// A message's label.
pub fn label(info: seL4_MessageInfo_t) -> usize {
    sys::seL4_MessageInfo_get_label(info) as usize
}

/// The number of words in the message.
pub fn words(info: seL4_MessageInfo_t) -> usize {
    sys::seL4_MessageInfo_get_length(info) as usize
}

/// Waits for a message and the badge of the sender's capability.
pub fn receive(endpoint: seL4_CPtr, reply: seL4_CPtr) -> (seL4_MessageInfo_t, usize) {
    let mut badge = 0;
    #[cfg(KernelIsMCS)]
    // SAFETY: the thread has an IPC buffer.
    let info = unsafe { sys::seL4_Recv(endpoint, &mut badge, reply) };
    #[cfg(not(KernelIsMCS))]
    // SAFETY: the thread has an IPC buffer.
    let info = unsafe {
        let _ = reply;
        sys::seL4_Recv(endpoint, &mut badge)
    };
    (info, badge)
}

/// Takes the message of a sender that is waiting, with the badge of its capability. The badge must
/// not be 0, which means that no sender was waiting.
pub fn poll(endpoint: seL4_CPtr, reply: seL4_CPtr) -> Option<(seL4_MessageInfo_t, usize)> {
    let mut badge = 0;
    #[cfg(KernelIsMCS)]
    // SAFETY: the thread has an IPC buffer.
    let info = unsafe { sys::seL4_NBRecv(endpoint, &mut badge, reply) };
    #[cfg(not(KernelIsMCS))]
    // SAFETY: the thread has an IPC buffer.
    let info = unsafe {
        let _ = reply;
        sys::seL4_NBRecv(endpoint, &mut badge)
    };
    (badge != 0).then_some((info, badge))
}

/// Answers the last message.
pub fn answer(reply: seL4_CPtr, info: seL4_MessageInfo_t) {
    #[cfg(KernelIsMCS)]
    // SAFETY: the thread has an IPC buffer.
    unsafe {
        sys::seL4_Send(reply, info)
    };
    #[cfg(not(KernelIsMCS))]
    // SAFETY: the thread has an IPC buffer.
    unsafe {
        let _ = reply;
        sys::seL4_Reply(info)
    };
}

/// A word of the message.
pub fn word(index: usize) -> usize {
    // SAFETY: the thread has an IPC buffer.
    unsafe { sys::seL4_GetMR(index as _) }
}

/// Sets a word of the message.
pub fn set_word(index: usize, value: usize) {
    // SAFETY: the thread has an IPC buffer.
    unsafe { sys::seL4_SetMR(index as _, value) }
}
