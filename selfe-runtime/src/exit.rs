//! The end of a run.
//!
//! seL4 has no exit: a root task that has nothing more to do waits for ever. A simulator has to be told, and the one
//! way out that every platform has is the debug console. [`exit()`] writes a control sequence there that terminals
//! swallow and `selfe run` understands. With `KernelPrinting` off there is no console, and the run ends by its timeout.

/// The exit code of a program that panicked, as Rust programs have it elsewhere.
pub const PANICKED: i32 = 101;

/// Writes the sequence that ends a run: an operating system command in the sense of ECMA-48.
///
/// Every program has this, so nothing of [`core::fmt`] is used, which is some kilobytes.
fn announce(code: i32, write: fn(&[u8])) {
    write(b"\x1b]selfe;exit=");
    if code < 0 {
        write(b"-");
    }
    digits(code.unsigned_abs(), write);
    write(b"\x07");
}

/// Writes a number in decimal.
fn digits(number: u32, write: fn(&[u8])) {
    if number >= 10 {
        digits(number / 10, write);
    }
    write(&[b'0' + (number % 10) as u8]);
}

/// Tells the simulator that the run is over and with what result, then stops the root task for good.
///
/// `selfe run` and `selfe simulate` end with `code` where it lies between 0 and 255, and with 1 where it does not.
pub fn exit(code: i32) -> ! {
    announce(code, crate::debug::write);
    // SAFETY: suspending stops the root task's first thread at once, or does nothing where this is another thread that
    // lacks the capability; yielding is always sound.
    unsafe {
        selfe_sys::seL4_TCB_Suspend(selfe_sys::seL4_CapInitThreadTCB as selfe_sys::seL4_CPtr);
        loop {
            selfe_sys::seL4_Yield();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    #[test]
    fn the_sequence_is_what_selfe_run_looks_for() {
        thread_local!(static CONSOLE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        for code in [0, 7, 10, 101, -3, i32::MAX, i32::MIN] {
            super::announce(code, |bytes| CONSOLE.with_borrow_mut(|console| console.extend(bytes)));
            let expected = format!("\u{1b}]selfe;exit={code}\u{7}");
            assert_eq!(CONSOLE.take(), expected.as_bytes());
        }
    }
}
