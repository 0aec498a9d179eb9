//! Prints its arguments; the exit code is their number.
#![no_std]
#![no_main]

use selfe_start::{args, debug_println, exit};

selfe_start::entry!(main);

fn main() {
    for argument in args() {
        debug_println!("argument {argument:?}");
    }
    exit(args().len() as i32)
}
