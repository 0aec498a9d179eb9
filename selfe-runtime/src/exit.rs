//! The end of a run.
//!
//! seL4 has no exit: a root task that has nothing more to do waits for ever. A simulator has to be
//! told, and the one way out that every platform has is the debug console. [`exit()`] writes a
//! control sequence there that terminals swallow and `selfe run` understands. With `KernelPrinting`
//! off there is no console, and the run ends by its timeout.
//!
//! Everybody may print such a sequence, so `selfe run` gives the root task a nonce in the copy of
//! the program that it boots, and believes no sequence without it. A program that the root task
//! starts has none: its end is for the root task to see.

use core::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a program that panicked, as Rust programs have it elsewhere.
pub const PANICKED: i32 = 101;

/// Whether the first slot of the capability space holds this program's first thread.
static IS_ROOT_TASK: AtomicBool = AtomicBool::new(false);

/// Has [`exit()`] stop the root task's first thread for good, by the capability that the kernel put
/// into its first slot. `selfe-start` says so when the root task begins.
///
/// # Safety
/// This program is the root task.
#[inline]
pub unsafe fn stops_root_task() {
    IS_ROOT_TASK.store(true, Ordering::Relaxed);
}

/// Writes the sequence that ends a run: an operating system command in the sense of ECMA-48.
///
/// Every program has this, so nothing of [`core::fmt`] is used, which is some kilobytes.
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
    // The rest by hand: the division is made once.
    let tens = number / 10;
    if tens > 0 {
        digits(tens, write);
    }
    write(&[b'0' + (number - 10 * tens) as u8]);
}

/// Tells the simulator that the run is over and with what result, then stops the root task for
/// good.
///
/// `selfe run` and `selfe simulate` end with `code` where it lies between 0 and 255, and with 1
/// if it does not.
///
/// Any thread may call it, also one that has no thread-local storage or IPC buffer yet. Called in
/// another program than the root task it invokes no capability, and its thread gives up its time
/// for ever.
pub fn exit(code: i32) -> ! {
    announce(code, crate::handover::proof(), crate::debug::write);
    if IS_ROOT_TASK.load(Ordering::Relaxed) {
        stop_first_thread();
    }
    loop {
        // SAFETY: it is always sound to yield.
        unsafe { selfe_sys::seL4_Yield() };
    }
}

/// Sends the root task's first thread the request to suspend itself or, from another thread, to
/// suspend it.
///
/// Sent and not called: that uses no IPC buffer, never waits, and is dropped where the slot is
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
