//! Jumps to where nothing is, with nobody to handle the fault.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    // SAFETY: there is none: the jump faults, and that is what it is for.
    let nowhere: extern "C" fn() = unsafe { core::mem::transmute(core::hint::black_box(16_usize)) };
    nowhere();
}
