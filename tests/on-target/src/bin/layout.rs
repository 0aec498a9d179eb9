//! Prints the size, layout or value of every libsel4 type and constant in Rust, as assertions in C.
#![no_std]
#![no_main]

use core::fmt::{self, Write};
use selfe_on_target::{Stdout, exit};

include!(concat!(env!("OUT_DIR"), "/layout.rs"));

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    match assertions(&mut Stdout) {
        Ok(()) => exit(0),
        Err(_) => exit(101),
    }
}

fn line(out: &mut impl Write, text: &str) -> fmt::Result {
    writeln!(out, "{text}")
}

/// Asserts that an expression of C has this value.
fn equal(out: &mut impl Write, expression: &str, value: u64) -> fmt::Result {
    writeln!(
        out,
        "_Static_assert({expression} == {value}ull, \"in Rust it is {value}\");"
    )
}
