//! The system calls that are not messages: debugging, benchmarks, the thread pointer, and some of
//! single architectures. Which of them there are depends on the kernel's options and release, and
//! libsel4's headers know: `libsel4_has` is what bindgen found there.

use super::arch::{self, REGISTERS, Words};
// Each kernel has some of the functions.
#[allow(unused_imports)]
use super::ipc_buffer::{current, still};
use super::syscalls::NO_REPLY;
#[allow(unused_imports)]
use crate::ctypes::{c_char, c_uint, c_void};
#[allow(unused_imports)]
use crate::{seL4_CPtr, seL4_Error, seL4_Uint8, seL4_Uint32, seL4_Word};

/// No message words.
#[allow(dead_code, reason = "each kernel has some of the functions")]
const NOTHING: Words = [0; REGISTERS];

/// A system call that takes a word and returns one.
#[allow(dead_code, reason = "each kernel has some of the functions")]
#[inline(always)]
unsafe fn ask(number: isize, word: usize) -> usize {
    // SAFETY: as the caller promises.
    unsafe { arch::send_recv(number, word, 0, NOTHING, NO_REPLY).badge }
}

/// Prints a character on the kernel's console.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugPutChar")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugPutChar(c: c_char) {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysDebugPutChar as isize, c as usize, 0) }
}

/// Prints a text on the kernel's console.
///
/// # Safety
/// `str_` is a text that ends with a zero.
#[cfg(libsel4_has = "seL4_DebugPutString")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugPutString(str_: *mut c_char) {
    let mut next = str_;
    // SAFETY: as the caller promises.
    unsafe {
        while *next != 0 {
            seL4_DebugPutChar(*next);
            next = next.add(1);
        }
    }
}

/// Prints what the scheduler knows of each thread.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugDumpScheduler")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugDumpScheduler() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysDebugDumpScheduler as isize, 0, 0) }
}

/// Stops the kernel for good.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugHalt")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugHalt() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::null(crate::seL4_SysDebugHalt as isize) }
}

/// Prints the capabilities of the system.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugSnapshot")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugSnapshot() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::null(crate::seL4_SysDebugSnapshot as isize) }
}

/// The kernel's number for the kind of a capability; 0 for none.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugCapIdentify")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugCapIdentify(cap: seL4_CPtr) -> seL4_Uint32 {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { ask(crate::seL4_SysDebugCapIdentify as isize, cap) as seL4_Uint32 }
}

/// Gives a thread a name for the kernel's messages. It overwrites message words.
///
/// # Safety
/// The thread has an IPC buffer; `name` is a text that ends with a zero and fits its message words.
#[cfg(libsel4_has = "seL4_DebugNameThread")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugNameThread(tcb: seL4_CPtr, name: *const c_char) {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let to = (&raw mut (*buffer).msg).cast::<c_char>();
        let mut i = 0;
        loop {
            let byte = *name.add(i);
            *to.add(i) = byte;
            if byte == 0 {
                break;
            }
            i += 1;
        }
        arch::send_null(crate::seL4_SysDebugNameThread as isize, tcb, 0);
        still(buffer);
    }
}

/// The node that a thread runs on.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugGetThreadAffinity")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugGetThreadAffinity(tcb: seL4_CPtr) -> seL4_Word {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { ask(crate::seL4_SysDebugGetThreadAffinity as isize, tcb) }
}

/// Sends an interrupt to another node.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_DebugSendIPI")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugSendIPI(target: seL4_Uint8, irq: c_uint) {
    // SAFETY: as the caller promises.
    unsafe {
        arch::send(
            crate::seL4_SysDebugSendIPI as isize,
            target as usize,
            irq as usize,
            NOTHING,
        )
    }
}

/// Has the kernel call a function.
///
/// # Safety
/// The function does what is allowed in the kernel.
#[cfg(libsel4_has = "seL4_DebugRun")]
#[inline(always)]
pub unsafe extern "C" fn seL4_DebugRun(userfn: Option<unsafe extern "C" fn(arg1: *mut c_void)>, userarg: *mut c_void) {
    let function = userfn.map_or(0, |function| function as usize);
    // SAFETY: as the caller promises.
    unsafe { arch::send_null(crate::seL4_SysDebugRun as isize, function, userarg as usize) }
}

/// Begins the kernel's log anew.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkResetLog")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkResetLog() -> seL4_Error {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { ask(crate::seL4_SysBenchmarkResetLog as isize, 0) as seL4_Error }
}

/// Ends the kernel's log; returns how many entries it has.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkFinalizeLog")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkFinalizeLog() -> seL4_Word {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { ask(crate::seL4_SysBenchmarkFinalizeLog as isize, 0) }
}

/// Gives the kernel a frame for its log.
///
/// # Safety
/// The frame is used for nothing else.
#[cfg(libsel4_has = "seL4_BenchmarkSetLogBuffer")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkSetLogBuffer(frame_cptr: seL4_Word) -> seL4_Error {
    // SAFETY: as the caller promises.
    unsafe { ask(crate::seL4_SysBenchmarkSetLogBuffer as isize, frame_cptr) as seL4_Error }
}

/// Enters the kernel and leaves it.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkNullSyscall")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkNullSyscall() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::null(crate::seL4_SysBenchmarkNullSyscall as isize) }
}

/// Flushes the processor's caches.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkFlushCaches")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkFlushCaches() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkFlushCaches as isize, 0, 0) }
}

/// Flushes the processor's first caches, of the kind that the number says.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkFlushL1Caches")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkFlushL1Caches(cache_type: seL4_Word) {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkFlushCaches as isize, 1, cache_type) }
}

/// Writes the time that a thread has used into the message words.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkGetThreadUtilisation")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkGetThreadUtilisation(tcb_cptr: seL4_Word) {
    // SAFETY: a word goes to the kernel, which writes into the buffer that it knows as the
    // thread's.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkGetThreadUtilisation as isize, tcb_cptr, 0) }
}

/// Begins to count a thread's time anew.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkResetThreadUtilisation")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkResetThreadUtilisation(tcb_cptr: seL4_Word) {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkResetThreadUtilisation as isize, tcb_cptr, 0) }
}

/// Prints the time that each thread has used.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkDumpAllThreadsUtilisation")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkDumpAllThreadsUtilisation() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkDumpAllThreadsUtilisation as isize, 0, 0) }
}

/// Begins to count every thread's time anew.
///
/// # Safety
/// None beyond a kernel underneath.
#[cfg(libsel4_has = "seL4_BenchmarkResetAllThreadsUtilisation")]
#[inline(always)]
pub unsafe extern "C" fn seL4_BenchmarkResetAllThreadsUtilisation() {
    // SAFETY: nothing but words goes to the kernel.
    unsafe { arch::send_null(crate::seL4_SysBenchmarkResetAllThreadsUtilisation as isize, 0, 0) }
}

/// Sets the running thread's thread pointer.
///
/// # Safety
/// It points to prepared thread-local storage, and nothing of the one before is in use. A function
/// works out the place of its thread-local variables once: what uses message words before this
/// call, or after it, is in functions of its own that are not inlined.
#[cfg(libsel4_has = "seL4_SetTLSBase")]
#[inline(always)]
pub unsafe extern "C" fn seL4_SetTLSBase(tls_base: seL4_Word) {
    // SAFETY: as the caller promises.
    unsafe { arch::send_null(crate::seL4_SysSetTLSBase as isize, tls_base, 0) }
}

/// Runs the virtual machine of the thread's VCPU. The message words are the guest's state before
/// and after. Returns `SEL4_VMENTER_RESULT_FAULT` where the guest needs something; `sender` gets
/// the word of a notification that arrived instead.
///
/// # Safety
/// The thread has an IPC buffer, and `sender` is valid or null.
#[cfg(libsel4_has = "seL4_VMEnter")]
#[inline(always)]
pub unsafe extern "C" fn seL4_VMEnter(sender: *mut seL4_Word) -> seL4_Word {
    // SAFETY: as the caller promises.
    unsafe {
        let buffer = current();
        let words = (&raw mut (*buffer).msg).cast::<Words>();
        let received = arch::send_recv(crate::seL4_SysVMEnter as isize, 0, 0, *words, NO_REPLY);
        *words = received.words;
        if received.info == 0 && !sender.is_null() {
            *sender = received.badge;
        }
        still(buffer);
        received.info
    }
}
