//! The panic handler.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crate::debug_println!("{info}");
    crate::exit(crate::exit::PANICKED)
}
