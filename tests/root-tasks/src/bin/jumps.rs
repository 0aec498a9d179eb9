//! Jumps to unmapped memory without a fault handler.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    // SAFETY: none; the jump is meant to fault.
    let nowhere: extern "C" fn() = unsafe { core::mem::transmute(core::hint::black_box(16_usize)) };
    nowhere();
}
