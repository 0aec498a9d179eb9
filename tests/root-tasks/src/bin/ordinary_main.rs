//! An ordinary `fn main()`, which a nightly compiler calls through selfe-start's lang items.
#![no_std]

use selfe_start::debug_println;

fn main() -> Result<(), &'static str> {
    debug_println!("an ordinary main");
    Err("and its error")
}
