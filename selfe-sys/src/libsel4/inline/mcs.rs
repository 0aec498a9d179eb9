//! The system calls that receive on kernels with `KernelIsMCS`, where an object holds the right to
//! answer.

use super::arch;
use super::ipc_buffer::current;
use super::syscalls::{NO_REPLY, load, receive, send_receive, store, word_of};
use crate::{seL4_CPtr, seL4_MessageInfo_t, seL4_Word};

/// Waits for a message. `sender` gets the sender's badge, unless it is null; `reply` holds the
/// right to answer.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Recv(src: seL4_CPtr, sender: *mut seL4_Word, reply: seL4_CPtr) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysRecv as isize, src, sender, reply) }
}

/// Receives a message if there is one. `sender` gets the sender's badge, unless it is null; `reply`
/// holds the right to answer.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBRecv(src: seL4_CPtr, sender: *mut seL4_Word, reply: seL4_CPtr) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysNBRecv as isize, src, sender, reply) }
}

/// Answers through `reply` and waits for the next message.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_ReplyRecv(
    src: seL4_CPtr,
    msgInfo: seL4_MessageInfo_t,
    sender: *mut seL4_Word,
    reply: seL4_CPtr,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { send_receive(crate::seL4_SysReplyRecv as isize, src, msgInfo, sender, reply) }
}

/// Waits for a notification, or for a message that needs no answer. `sender` gets the badge, unless
/// it is null.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Wait(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysWait as isize, src, sender, NO_REPLY) }
}

/// Like `seL4_Wait`, but it does not wait.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBWait(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { receive(crate::seL4_SysNBWait as isize, src, sender, NO_REPLY) }
}

/// Takes a notification's word if it was signalled. `sender` gets the word, unless it is null.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_Poll(src: seL4_CPtr, sender: *mut seL4_Word) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { seL4_NBWait(src, sender) }
}

/// Sends a message if somebody waits for it, then waits for one; `reply` holds the right to answer.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBSendRecv(
    dest: seL4_CPtr,
    msgInfo: seL4_MessageInfo_t,
    src: seL4_CPtr,
    sender: *mut seL4_Word,
    reply: seL4_CPtr,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let (number, info) = (crate::seL4_SysNBSendRecv as isize, word_of(msgInfo));
        let received = arch::nb_send_recv(number, dest, src, info, load(buffer), reply);
        store(buffer, received, sender)
    }
}

/// Sends a message through a reply capability, then waits for a notification or a message that
/// needs no answer.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBSendWait(
    dest: seL4_CPtr,
    msgInfo: seL4_MessageInfo_t,
    src: seL4_CPtr,
    sender: *mut seL4_Word,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe { send_receive(crate::seL4_SysNBSendWait as isize, src, msgInfo, sender, dest) }
}
