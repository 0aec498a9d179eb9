//! The end of a run.
//!
//! seL4 has no exit: a root task that has nothing more to do waits for ever. A simulator has to be told, and the one
//! way out that every platform has is the debug console. [`exit()`] writes a control sequence there that terminals
//! swallow and `selfe run` understands. With `KernelPrinting` off there is no console, and the run ends by its timeout.

use core::fmt::{self, Write};

/// The exit code of a program that panicked, as Rust programs have it elsewhere.
pub const PANICKED: i32 = 101;

/// Writes the sequence that ends a run: an operating system command in the sense of ECMA-48.
fn announce(console: &mut impl Write, code: i32) -> fmt::Result {
    write!(console, "\x1b]selfe;exit={code}\x07")
}

/// Tells the simulator that the run is over and with what result, then stops the root task for good.
///
/// `selfe run` and `selfe simulate` end with `code` where it lies between 0 and 255, and with 1 where it does not.
pub fn exit(code: i32) -> ! {
    let _ = announce(&mut crate::debug::DebugOutHandle, code);
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
    #[test]
    fn the_sequence_is_what_selfe_run_looks_for() {
        let mut console = String::new();
        super::announce(&mut console, -3).unwrap();
        assert_eq!(console, "\u{1b}]selfe;exit=-3\u{7}");
    }
}
