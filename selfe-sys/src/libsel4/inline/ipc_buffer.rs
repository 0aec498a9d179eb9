//! The IPC buffer: message words, capabilities and badges beyond those in registers.
//!
//! libsel4.a keeps the address of a thread's buffer in one variable for C and Rust, thread-local
//! unless the kernel's option `LibSel4UseThreadLocals` is off. Stable Rust can't name a
//! thread-local variable of C's, so its place, [`slot`], comes from the thread pointer: the
//! compiler works it out once in a function, as it does C's.
//!
//! What is loaded from there must stay in a register. C's compiler keeps it when a message word is
//! written, as a word of that type is not a pointer; Rust's has no such rule, and neither has one
//! for a system call, which may write anything. [`still`] tells it so, so that the address is
//! loaded once in a function, and message words that were just written or received are known too.

use crate::ctypes::c_int;
use crate::{seL4_CPtr, seL4_IPCBuffer, seL4_Word};

unsafe extern "C" {
    /// libsel4.a's variable. Where it is thread-local, its name stands for a place in each thread's
    /// storage, and only the architecture's instructions may use it.
    pub(super) static mut __sel4_ipc_buffer: *mut seL4_IPCBuffer;
}

/// Whether the variable is thread-local. Before release 15 it always is.
const THREAD_LOCAL: bool = cfg!(any(LibSel4UseThreadLocals, not(sel4_release_at_least = "15")));

/// Where the address of the thread's buffer is: as a number, as [`current`] says.
#[inline(always)]
fn slot() -> *mut usize {
    if THREAD_LOCAL {
        super::arch::thread_slot()
    } else {
        (&raw mut __sel4_ipc_buffer).cast()
    }
}

/// The thread's buffer.
#[inline(always)]
pub(crate) unsafe fn current() -> *mut seL4_IPCBuffer {
    // As a number: of two equal pointers, the compiler may not take one for the other.
    // `seL4_SetIPCBuffer` exposes the pointer's provenance, libsel4.a's by being code that the
    // compiler does not see. SAFETY: the caller has set up the variable that the place is of.
    unsafe { core::ptr::with_exposed_provenance_mut(*slot()) }
}

/// Tells the compiler that the thread's buffer is still the one it was, after something that may
/// have written to any memory as far as it knows. A program that is optimized has no instruction of
/// it.
#[inline(always)]
pub(crate) unsafe fn still(buffer: *mut seL4_IPCBuffer) {
    // A variable that is not thread-local may have been another thread's meanwhile.
    if THREAD_LOCAL {
        // SAFETY: the variable is this thread's, which has not called `seL4_SetIPCBuffer` since
        // `buffer` was read.
        unsafe { core::hint::assert_unchecked(*slot() == buffer.addr()) }
    }
}

/// A word of a buffer's message.
#[inline(always)]
unsafe fn message_word(buffer: *mut seL4_IPCBuffer, i: c_int) -> *mut seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { (&raw mut (*buffer).msg).cast::<seL4_Word>().add(i as usize) }
}

/// A capability to be sent, or the badge of one that was received.
#[inline(always)]
unsafe fn cap_word(buffer: *mut seL4_IPCBuffer, i: c_int) -> *mut seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { (&raw mut (*buffer).caps_or_badges).cast::<seL4_Word>().add(i as usize) }
}

/// The thread's IPC buffer; null before `seL4_SetIPCBuffer`.
///
/// # Safety
/// The thread's thread-local storage is set up.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetIPCBuffer() -> *mut seL4_IPCBuffer {
    // SAFETY: as the caller promises.
    unsafe { current() }
}

/// Tells libsel4, C's and this, where the thread's IPC buffer is.
///
/// # Safety
/// The thread's thread-local storage is set up, and it is the buffer that the kernel knows as this
/// thread's.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetIPCBuffer(ipc_buffer: *mut seL4_IPCBuffer) {
    let slot = if THREAD_LOCAL {
        // Who starts a thread sets its thread pointer first, and perhaps just before.
        super::arch::thread_slot_now()
    } else {
        slot()
    };
    // SAFETY: as the caller promises. Whoever reads it makes a pointer of the number again.
    unsafe { *slot = ipc_buffer.expose_provenance() }
}

/// The message word `i`, from 0 to `seL4_MsgMaxLength - 1`.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is in it.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetMR(i: c_int) -> seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { *message_word(current(), i) }
}

/// Writes the message word `i`, from 0 to `seL4_MsgMaxLength - 1`.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is in it.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetMR(i: c_int, mr: seL4_Word) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        *message_word(buffer, i) = mr;
        still(buffer);
    }
}

/// The word of the buffer that is the program's own.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetUserData() -> seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { (*current()).userData }
}

/// Writes the word of the buffer that is the program's own.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetUserData(data: seL4_Word) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        (*buffer).userData = data;
        still(buffer);
    }
}

/// The badge of the capability `i` of a message that was received, if the kernel unwrapped it.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetBadge(i: c_int) -> seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { *cap_word(current(), i) }
}

/// The capability `i` of the message to be sent.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetCap(i: c_int) -> seL4_CPtr {
    // SAFETY: as the caller promises.
    unsafe { *cap_word(current(), i) }
}

/// Puts a capability into the message to be sent, as its `i`th.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetCap(i: c_int, cptr: seL4_CPtr) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        *cap_word(buffer, i) = cptr;
        still(buffer);
    }
}

/// Where the kernel puts a capability that is received. A null pointer stands for what is not asked
/// for.
///
/// # Safety
/// The thread has an IPC buffer, and the pointers are valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetCapReceivePath(
    receiveCNode: *mut seL4_CPtr,
    receiveIndex: *mut seL4_CPtr,
    receiveDepth: *mut seL4_Word,
) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let (cnode, index, depth) = ((*buffer).receiveCNode, (*buffer).receiveIndex, (*buffer).receiveDepth);
        for (place, value) in [(receiveCNode, cnode), (receiveIndex, index), (receiveDepth, depth)] {
            if !place.is_null() {
                *place = value;
            }
        }
        still(buffer);
    }
}

/// Says where the kernel is to put a capability that is received: a CNode, and the index in it with
/// its depth in bits.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetCapReceivePath(
    receiveCNode: seL4_CPtr,
    receiveIndex: seL4_CPtr,
    receiveDepth: seL4_Word,
) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        (*buffer).receiveCNode = receiveCNode;
        (*buffer).receiveIndex = receiveIndex;
        (*buffer).receiveDepth = receiveDepth;
        still(buffer);
    }
}
