//! Overflows the first thread's stack without a fault handler.
#![no_std]
#![no_main]

use selfe_start::debug_println;

selfe_start::entry!(main);

fn main() {
    debug_println!("{} levels", deeper(1));
}

#[expect(unconditional_recursion, reason = "that is the test")]
fn deeper(level: u64) -> u64 {
    let room = core::hint::black_box([level; 64]);
    deeper(level + 1) + core::hint::black_box(room)[0]
}
