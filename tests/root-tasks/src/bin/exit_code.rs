//! Ends the run with a code of its own.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    selfe_start::debug_println!("about to exit");
    selfe_start::exit(42);
}
