//! The system calls that receive, where a thread keeps the right to answer by itself: kernels
//! without MCS.

use super::syscalls::{NO_REPLY, receive, send_receive};
use crate::{seL4_CPtr, seL4_MessageInfo_t, seL4_Word};

/// Waits for a message. `sender` gets the sender's badge, unless it is null.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Recv(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysRecv as isize, src, sender, NO_REPLY) }
}

/// Receives a message if there is one. `sender` gets the sender's badge, unless it is null; 0 where
/// there is none.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBRecv(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysNBRecv as isize, src, sender, NO_REPLY) }
}

/// Answers the message that was received last and waits for the next.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_ReplyRecv(
    dest: seL4_CPtr,
    msgInfo: seL4_MessageInfo_t,
    sender: *mut seL4_Word,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { send_receive(crate::seL4_SysReplyRecv as isize, dest, msgInfo, sender, NO_REPLY) }
}

/// Waits for a notification. `sender` gets its word, unless it is null.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Wait(src: seL4_CPtr, sender: *mut seL4_Word) {
    // SAFETY: as the caller promises.
    unsafe { seL4_Recv(src, sender) };
}

/// Takes a notification's word if it was signalled. `sender` gets the word, unless it is null; 0
/// if it was not.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Poll(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { seL4_NBRecv(src, sender) }
}
