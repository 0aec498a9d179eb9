//! Has a `main` that returns a user-defined type in a `Result`.
#![no_std]
#![no_main]

use selfe_start::Termination;

/// The number of failed checks.
struct Failed(i32);

impl Termination for Failed {
    fn report(self) -> i32 {
        selfe_start::debug_println!("{} checks failed", self.0);
        self.0
    }
}

selfe_start::entry!(main);

fn main() -> Result<Failed, core::fmt::Error> {
    Ok(Failed(3))
}
