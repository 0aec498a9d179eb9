//! What happens on a panic.

use crate::exit::{PANICKED, exit};
use core::panic::PanicInfo;

/// Prints a panic on the debug console and ends the run with code 101: for a panic handler of your
/// own.
///
/// Feature `panic_handler` makes this the program's panic handler.
pub fn debug_panic_handler(info: &PanicInfo<'_>) -> ! {
    crate::debug_println!("{info}");
    exit(PANICKED)
}

#[cfg(all(feature = "panic_handler", not(test)))]
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    debug_panic_handler(info)
}
