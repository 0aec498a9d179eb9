//! Receiving and answering, on kernels with and without `KernelIsMCS`.
//!
//! The one keeps the right to answer in a reply object, which each thread that receives brings
//! itself; the other in the thread.

use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_MessageInfo_t};

/// A message's label and the number of its words.
pub fn info(label: usize, words: usize) -> seL4_MessageInfo_t {
    sys::seL4_MessageInfo_new(label as _, 0, 0, words as _)
}

/// A message's label.
pub fn label(info: seL4_MessageInfo_t) -> usize {
    sys::seL4_MessageInfo_get_label(info) as usize
}

/// The number of a message's words.
pub fn words(info: seL4_MessageInfo_t) -> usize {
    sys::seL4_MessageInfo_get_length(info) as usize
}

/// Waits for a message; the badge of the sender's capability comes with it.
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

/// The message that somebody waits to send, with the badge of the sender's capability, which must
/// not be 0: that stands for none.
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

/// Answers the message that came last.
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
