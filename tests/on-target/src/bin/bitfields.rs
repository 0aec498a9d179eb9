//! Property tests of every bitfield type, with output like that of Rust's test runner.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use core::fmt::{self, Write};
use selfe_on_target::{Stdout, bitfield, exit};

/// Makes a table of all checks.
macro_rules! checks {
    ($($kind:ident { $($check:ident)* })*) => {
        /// The name and the function of each check.
        const CHECKS: &[(&str, fn() -> Result<(), String>)] = &[
            $($((concat!(stringify!($kind), "::", stringify!($check)), types::$kind::$check),)*)*
        ];
    };
}

include!(concat!(env!("OUT_DIR"), "/bitfields.rs"));

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    match run(&mut Stdout) {
        Ok(0) => exit(0),
        _ => exit(101),
    }
}

/// The number of failed checks.
fn run(out: &mut impl Write) -> Result<usize, fmt::Error> {
    writeln!(out, "running {} tests", CHECKS.len())?;
    let mut failed = 0;
    for (name, check) in CHECKS {
        match check() {
            Ok(()) => writeln!(out, "test {name} ... ok")?,
            Err(what) => {
                failed += 1;
                writeln!(out, "test {name} ... FAILED\n{what}")?;
            }
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let passed = CHECKS.len() - failed;
    writeln!(out, "test result: {word}. {passed} passed; {failed} failed; 0 ignored")?;
    Ok(failed)
}
