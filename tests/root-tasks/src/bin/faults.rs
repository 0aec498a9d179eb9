//! Writes where nothing is, with nobody to handle the fault, after half a line.
#![no_std]
#![no_main]

use selfe_start::debug_print;

selfe_start::entry!(main);

fn main() {
    debug_print!("half a line");
    // SAFETY: there is none: the write faults, and that is what it is for.
    unsafe { core::hint::black_box(16 as *mut u32).write_volatile(1) };
}
