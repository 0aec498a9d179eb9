//! Writes to unmapped memory without a fault handler, in the middle of a line.
#![no_std]
#![no_main]

use selfe_start::debug_print;

selfe_start::entry!(main);

fn main() {
    debug_print!("half a line");
    // SAFETY: none; the write is meant to fault.
    unsafe { core::hint::black_box(16 as *mut u32).write_volatile(1) };
}
