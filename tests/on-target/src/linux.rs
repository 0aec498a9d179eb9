//! What the programs use of Linux: an entry point, standard output and exit.

use crate::arch;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

/// Standard output.
pub struct Stdout;

impl Write for Stdout {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            // SAFETY: the bytes are borrowed while Linux reads them.
            let written = unsafe { arch::system_call(arch::WRITE, 1, rest.as_ptr() as usize, rest.len()) };
            // An error is a small negative number, so it is larger than the number of bytes.
            rest = rest.get(written..).ok_or(fmt::Error)?;
        }
        Ok(())
    }
}

/// Ends the program.
pub fn exit(code: usize) -> ! {
    // SAFETY: no code runs after it.
    unsafe { arch::system_call(arch::EXIT, code, 0, 0) };
    unreachable!("exit came back")
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    let _ = writeln!(Stdout, "{info}");
    exit(101)
}
