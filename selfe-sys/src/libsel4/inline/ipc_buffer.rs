//! The IPC buffer: message words, capabilities and badges beyond those in registers.
//!
//! libsel4.a keeps the address of a thread's buffer in one variable for C and Rust, thread-local unless the kernel's option
//! `LibSel4UseThreadLocals` is off. Stable Rust can't name a thread-local variable of C's, so its place comes from the thread pointer:
//!
//! - [`current`] loads the address as C does, in the same instructions. After a write to memory it is loaded again.
//! - [`slot`] is the variable's place, which never changes in a thread, so that the compiler works it out once in a function. The
//!   address is then loaded by Rust, and [`write`] and [`read`] promise that a message word is not that variable. C's compiler knows
//!   that from the types; here a loop over message words keeps the address in a register for it.

use crate::ctypes::c_int;
use crate::{seL4_CPtr, seL4_IPCBuffer, seL4_Word};

unsafe extern "C" {
    /// libsel4.a's variable. Where it is thread-local, its name stands for a place in each thread's storage, and only the
    /// architecture's instructions may use it.
    pub(super) static mut __sel4_ipc_buffer: *mut seL4_IPCBuffer;
}

/// Whether the variable is thread-local. Before release 15 it always is.
const THREAD_LOCAL: bool = cfg!(any(LibSel4UseThreadLocals, not(sel4_release_at_least = "15")));

/// Where the address of the thread's buffer is.
#[inline(always)]
fn slot() -> *mut *mut seL4_IPCBuffer {
    if THREAD_LOCAL {
        super::arch::thread_slot()
    } else {
        &raw mut __sel4_ipc_buffer
    }
}

/// The thread's buffer, for who needs it once between two system calls.
#[inline(always)]
pub(crate) fn current() -> *mut seL4_IPCBuffer {
    if THREAD_LOCAL {
        super::arch::thread_current()
    } else {
        // SAFETY: a plain variable, written by `seL4_SetIPCBuffer`.
        unsafe { __sel4_ipc_buffer }
    }
}

/// Reads something of a buffer.
type Read = unsafe fn(&*mut seL4_IPCBuffer, usize) -> usize;
/// Writes something of a buffer.
type Write = unsafe fn(&*mut seL4_IPCBuffer, usize, usize);

// Called through constants: a direct call would be inlined before the compiler has noted what a reference promises, and the address
// loaded anew for each word.
const GET_WORD: Read = |buffer, i| unsafe { *(&raw const (**buffer).msg).cast::<usize>().add(i) };
const SET_WORD: Write = |buffer, i, word| unsafe { *(&raw mut (**buffer).msg).cast::<usize>().add(i) = word };
const GET_CAP: Read = |buffer, i| unsafe { *(&raw const (**buffer).caps_or_badges).cast::<usize>().add(i) };
const SET_CAP: Write = |buffer, i, word| unsafe { *(&raw mut (**buffer).caps_or_badges).cast::<usize>().add(i) = word };

/// The thread's IPC buffer; null before `seL4_SetIPCBuffer`.
///
/// # Safety
/// The thread's thread-local storage is set up.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetIPCBuffer() -> *mut seL4_IPCBuffer {
    current()
}

/// Tells libsel4, C's and this, where the thread's IPC buffer is.
///
/// # Safety
/// The thread's thread-local storage is set up, and it is the buffer that the kernel knows as this thread's.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetIPCBuffer(ipc_buffer: *mut seL4_IPCBuffer) {
    unsafe { *slot() = ipc_buffer }
}

/// The message word `i`, from 0 to `seL4_MsgMaxLength - 1`.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is in it.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetMR(i: c_int) -> seL4_Word {
    unsafe { GET_WORD(&*slot(), i as usize) }
}

/// Writes the message word `i`, from 0 to `seL4_MsgMaxLength - 1`.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is in it.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetMR(i: c_int, mr: seL4_Word) {
    unsafe { SET_WORD(&*slot(), i as usize, mr) }
}

/// The word of the buffer that is the program's own.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetUserData() -> seL4_Word {
    unsafe { (*current()).userData }
}

/// Writes the word of the buffer that is the program's own.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetUserData(data: seL4_Word) {
    unsafe { (*current()).userData = data }
}

/// The badge of the capability `i` of a message that was received, where the kernel unwrapped it.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetBadge(i: c_int) -> seL4_Word {
    unsafe { GET_CAP(&*slot(), i as usize) }
}

/// The capability `i` of the message to be sent.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetCap(i: c_int) -> seL4_CPtr {
    unsafe { GET_CAP(&*slot(), i as usize) }
}

/// Puts a capability into the message to be sent, as its `i`th.
///
/// # Safety
/// The thread has an IPC buffer, and `i` is less than `seL4_MsgMaxExtraCaps`.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetCap(i: c_int, cptr: seL4_CPtr) {
    unsafe { SET_CAP(&*slot(), i as usize, cptr) }
}

/// Where the kernel puts a capability that is received. A null pointer stands for what is not asked for.
///
/// # Safety
/// The thread has an IPC buffer, and the pointers are valid or null.
#[inline(always)]
pub unsafe extern "C" fn seL4_GetCapReceivePath(
    receiveCNode: *mut seL4_CPtr,
    receiveIndex: *mut seL4_CPtr,
    receiveDepth: *mut seL4_Word,
) {
    unsafe {
        let buffer = current();
        let (cnode, index, depth) = ((*buffer).receiveCNode, (*buffer).receiveIndex, (*buffer).receiveDepth);
        for (place, value) in [(receiveCNode, cnode), (receiveIndex, index), (receiveDepth, depth)] {
            if !place.is_null() {
                *place = value;
            }
        }
    }
}

/// Says where the kernel is to put a capability that is received: a CNode, and the index in it with its depth in bits.
///
/// # Safety
/// The thread has an IPC buffer.
#[inline(always)]
pub unsafe extern "C" fn seL4_SetCapReceivePath(
    receiveCNode: seL4_CPtr,
    receiveIndex: seL4_CPtr,
    receiveDepth: seL4_Word,
) {
    unsafe {
        let buffer = current();
        (*buffer).receiveCNode = receiveCNode;
        (*buffer).receiveIndex = receiveIndex;
        (*buffer).receiveDepth = receiveDepth;
    }
}
