//! The end of a run.
//!
//! seL4 has no exit: a root task that is finished waits forever. A simulator has to be told, and
//! the only channel on every platform is the debug console. [`exit()`] writes a control sequence
//! there that terminals don't show and `selfe run` understands. Without `KernelPrinting` there is
//! no console, and the run ends by its time limit.
//!
//! Any program may print such a sequence, so `selfe run` gives the root task a nonce in the copy
//! that it boots, and accepts no sequence without it. A program that the root task starts has none:
//! the root task has to notice its end.

use core::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a program that panicked, as for Rust programs elsewhere.
pub const PANICKED: i32 = 101;

/// Whether the first slot of the capability space contains this program's first thread.
static IS_ROOT_TASK: AtomicBool = AtomicBool::new(false);

/// Makes [`exit()`] stop the root task's first thread for good, through the capability that the
/// kernel put into its first slot. `selfe-start` calls this when the root task starts.
///
/// # Safety
/// This program is the root task.
#[inline]
pub unsafe fn stops_root_task() {
    IS_ROOT_TASK.store(true, Ordering::Relaxed);
}

/// Writes the sequence that ends a run: an operating system command as in ECMA-48.
///
/// Every program contains this, so it does not use [`core::fmt`], which takes several kilobytes.
fn announce(code: i32, proof: &[u8], write: fn(&[u8])) {
    write(b"\x1b]selfe;exit=");
    if code < 0 {
        write(b"-");
    }
    digits(code.unsigned_abs(), write);
    write(proof);
    write(b"\x07");
}

/// Writes a number in decimal.
fn digits(number: u32, write: fn(&[u8])) {
    // The remainder is computed by hand, to divide only once.
    let tens = number / 10;
    if tens > 0 {
        digits(tens, write);
    }
    write(&[b'0' + (number - 10 * tens) as u8]);
}

/// Tells the simulator that the run is over and its result, then stops the root task for good.
///
/// `selfe run` and `selfe simulate` end with `code` if it is between 0 and 255, and otherwise with
/// 1.
///
/// Any thread may call this, even one without thread-local storage or an IPC buffer. In a program
/// other than the root task it invokes no capability, and its thread yields forever.
pub fn exit(code: i32) -> ! {
    announce(code, crate::handover::proof(), crate::debug::write);
    if IS_ROOT_TASK.load(Ordering::Relaxed) {
        stop_first_thread();
    }
    loop {
        // SAFETY: yielding is always sound.
        unsafe { selfe_sys::seL4_Yield() };
    }
}

/// Asks the kernel to suspend the root task's first thread.
///
/// It is a send, not a call: it uses no IPC buffer, never waits, and is dropped if the slot is
/// empty.
fn stop_first_thread() {
    use core::ptr::null_mut;
    // SAFETY: nothing that Rust relies on changes when a thread stops. The message has no words,
    // and the pointers may be null.
    unsafe {
        let info = selfe_sys::seL4_MessageInfo_new(selfe_sys::TCBSuspend as _, 0, 0, 0);
        let slot = selfe_sys::seL4_CapInitThreadTCB as selfe_sys::seL4_CPtr;
        #[cfg(not(target_arch = "x86"))]
        selfe_sys::seL4_NBSendWithMRs(slot, info, null_mut(), null_mut(), null_mut(), null_mut());
        #[cfg(all(target_arch = "x86", not(KernelIsMCS)))]
        selfe_sys::seL4_NBSendWithMRs(slot, info, null_mut(), null_mut());
        #[cfg(all(target_arch = "x86", KernelIsMCS))]
        selfe_sys::seL4_NBSendWithMRs(slot, info, null_mut());
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    #[test]
    fn the_sequence_is_what_selfe_run_looks_for() {
        thread_local!(static CONSOLE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        let write: fn(&[u8]) = |bytes| CONSOLE.with_borrow_mut(|console| console.extend(bytes));
        for code in [0, 7, 10, 101, -3, i32::MAX, i32::MIN] {
            super::announce(code, b"", write);
            let expected = format!("\u{1b}]selfe;exit={code}\u{7}");
            assert_eq!(CONSOLE.take(), expected.as_bytes());
            super::announce(code, b";0a1f", write);
            let expected = format!("\u{1b}]selfe;exit={code};0a1f\u{7}");
            assert_eq!(CONSOLE.take(), expected.as_bytes());
        }
    }
}
