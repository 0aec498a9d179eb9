//! The kernel's debug console.
//!
//! The kernel has one if its option `KernelPrinting` is on; otherwise everything written here is
//! dropped silently.

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

/// Writes bytes to the console. The whole program shares this loop: the console is slow anyway.
#[inline(never)]
pub(crate) fn write(bytes: &[u8]) {
    bytes.iter().for_each(|&byte| put(byte));
}

/// Writes a byte to the console.
#[cfg(all(KernelPrinting, not(test)))]
pub(crate) fn put(byte: u8) {
    // SAFETY: the system call takes the byte in a register and accesses no memory of the caller.
    unsafe { selfe_sys::seL4_DebugPutChar(byte as selfe_sys::ctypes::c_char) }
}

/// The console of a kernel that has none, or of a test on the host.
#[cfg(any(not(KernelPrinting), test))]
pub(crate) fn put(_: u8) {}

/// Prints to the debug console, as `std`'s `print!` does to standard output.
#[macro_export]
macro_rules! debug_print {
    ($($argument:tt)*) => {{
        // Writing to the console never fails.
        let _ = ::core::fmt::Write::write_fmt(&mut $crate::debug::DebugOutHandle, ::core::format_args!($($argument)*));
    }};
}

/// Prints a line to the debug console, as `std`'s `println!` does to standard output.
#[macro_export]
macro_rules! debug_println {
    () => { $crate::debug_print!("\n") };
    ($($argument:tt)*) => { $crate::debug_print!("{}\n", ::core::format_args!($($argument)*)) };
}
