//! The kernel's debug console.
//!
//! The kernel has one where its option `KernelPrinting` is on; without it everything written here
//! is dropped silently.

use core::fmt;

/// The kernel's debug console. Characters go out one at a time and are never buffered.
#[derive(Debug, Clone, Copy, Default)]
pub struct DebugOutHandle;

impl fmt::Write for DebugOutHandle {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write(text.as_bytes());
        Ok(())
    }
}

/// Puts bytes on the console. One loop in the whole program, as the console is slow anyway.
#[inline(never)]
pub(crate) fn write(bytes: &[u8]) {
    bytes.iter().for_each(|&byte| put(byte));
}

/// Puts one byte on the console.
#[cfg(all(KernelPrinting, not(test)))]
pub(crate) fn put(byte: u8) {
    // SAFETY: the system call takes the byte in a register and touches no memory of the caller.
    unsafe { selfe_sys::seL4_DebugPutChar(byte as selfe_sys::ctypes::c_char) }
}

/// The console of a kernel that has none, or of a test on the host.
#[cfg(any(not(KernelPrinting), test))]
pub(crate) fn put(_: u8) {}

/// Prints to the debug console, as `std`'s `print!` does to standard output.
#[macro_export]
macro_rules! debug_print {
    ($($argument:tt)*) => {{
        // The console takes everything, so there is no error to lose.
        let _ = ::core::fmt::Write::write_fmt(&mut $crate::debug::DebugOutHandle, ::core::format_args!($($argument)*));
    }};
}

/// Prints a line to the debug console, as `std`'s `println!` does to standard output.
#[macro_export]
macro_rules! debug_println {
    () => { $crate::debug_print!("\n") };
    ($($argument:tt)*) => { $crate::debug_print!("{}\n", ::core::format_args!($($argument)*)) };
}
