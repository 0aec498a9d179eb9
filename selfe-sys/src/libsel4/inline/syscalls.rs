//! The system calls that pass messages, with the message in the IPC buffer, as libsel4's are: the
//! first words of it travel in registers, so they are loaded before a call and stored after it.

use super::arch::{self, REGISTERS, Received, Words};
use super::ipc_buffer::{current, still};
use crate::{seL4_CPtr, seL4_IPCBuffer, seL4_MessageInfo_t, seL4_Word};

/// A reply capability where there is none, or none is needed.
pub(super) const NO_REPLY: usize = 0;

/// A message info.
#[inline(always)]
pub(super) const fn message_info(word: usize) -> seL4_MessageInfo_t {
    seL4_MessageInfo_t { words: [word as _] }
}

/// Its word.
#[inline(always)]
pub(super) const fn word_of(info: seL4_MessageInfo_t) -> usize {
    info.words[0] as _
}

/// The first words of the message that is to be sent.
#[inline(always)]
pub(super) unsafe fn load(buffer: *const seL4_IPCBuffer) -> Words {
    // SAFETY: as the caller promises.
    unsafe { *(&raw const (*buffer).msg).cast::<Words>() }
}

/// Stores the words that came in registers, and the badge where it is wanted.
#[inline(always)]
pub(super) unsafe fn store(
    buffer: *mut seL4_IPCBuffer,
    received: Received,
    sender: *mut seL4_Word,
) -> seL4_MessageInfo_t {
    const { assert!(REGISTERS > 0) };
    // SAFETY: as the caller promises.
    unsafe {
        *(&raw mut (*buffer).msg).cast::<Words>() = received.words;
        if !sender.is_null() {
            *sender = received.badge;
        }
        still(buffer);
    }
    message_info(received.info)
}

/// Sends a message and waits until it has been received.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_Send(dest: seL4_CPtr, msgInfo: seL4_MessageInfo_t) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        arch::send(crate::seL4_SysSend as isize, dest, word_of(msgInfo), load(buffer));
        still(buffer);
    }
}

/// Sends a message if somebody waits for it.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_NBSend(dest: seL4_CPtr, msgInfo: seL4_MessageInfo_t) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        arch::send(crate::seL4_SysNBSend as isize, dest, word_of(msgInfo), load(buffer));
        still(buffer);
    }
}

/// Answers the message that was received last.
///
/// # Safety
/// The thread has an IPC buffer.
#[cfg(not(KernelIsMCS))]
#[inline(always)]
pub unsafe extern "C" fn seL4_Reply(msgInfo: seL4_MessageInfo_t) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        arch::reply(crate::seL4_SysReply as isize, word_of(msgInfo), load(buffer));
        still(buffer);
    }
}

/// Signals a notification.
///
/// C's needs no thread-local storage. This one does, in every profile: a function that uses message
/// words before and after it keeps the address of the thread's IPC buffer in a register, where C's
/// loads it again.
///
/// # Safety
/// The thread's thread-local storage is set up.
#[inline(always)]
pub unsafe extern "C" fn seL4_Signal(dest: seL4_CPtr) {
    // SAFETY: as the caller promises. If nothing is optimized the address is really loaded, so
    // that a thread without thread-local storage is found out there and not in release alone.
    unsafe {
        let buffer = current();
        arch::send_null(crate::seL4_SysSend as isize, dest, 0);
        still(buffer);
    }
}

/// Gives the rest of the thread's time slice to others.
///
/// # Safety
/// None beyond a kernel underneath.
#[inline(always)]
pub unsafe extern "C" fn seL4_Yield() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::null(crate::seL4_SysYield as isize) }
}

/// Sends a message and waits for the answer.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_Call(dest: seL4_CPtr, msgInfo: seL4_MessageInfo_t) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let info = word_of(msgInfo);
        let received = arch::send_recv(crate::seL4_SysCall as isize, dest, info, load(buffer), NO_REPLY);
        store(buffer, received, core::ptr::null_mut())
    }
}

/// Receives with a system call.
#[inline(always)]
pub(super) unsafe fn receive(
    number: isize,
    src: seL4_CPtr,
    sender: *mut seL4_Word,
    reply: seL4_CPtr,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let received = arch::recv(number, src, reply);
        store(buffer, received, sender)
    }
}

/// Sends with a system call, and receives.
#[inline(always)]
pub(super) unsafe fn send_receive(
    number: isize,
    src: seL4_CPtr,
    msgInfo: seL4_MessageInfo_t,
    sender: *mut seL4_Word,
    reply: seL4_CPtr,
) -> seL4_MessageInfo_t {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let received = arch::send_recv(number, src, word_of(msgInfo), load(buffer), reply);
        store(buffer, received, sender)
    }
}
