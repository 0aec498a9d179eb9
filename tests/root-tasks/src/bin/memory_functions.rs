//! Copies, fills and compares memory, so that the compiler calls the functions of selfe-runtime.
#![no_std]
#![no_main]

use core::hint::black_box;

selfe_start::entry!(main);

fn main() {
    let mut bytes = [0u8; 3000];
    bytes[..black_box(1000)].fill(7);
    let copy = black_box(bytes);
    assert!(copy[..black_box(1000)] == bytes[..1000] && copy[1000] == 0);
    bytes.copy_within(black_box(990)..2000, 995);
    assert_eq!(bytes[994..1006], [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]);
    selfe_start::debug_println!("copied");
}
