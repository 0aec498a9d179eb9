//! Ends the run with an exit code that it chooses.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    selfe_start::debug_println!("about to exit");
    selfe_start::exit(42);
}
