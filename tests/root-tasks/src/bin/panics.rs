//! Panics: message and location are printed, and the exit code is 101.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    let nothing: Option<u8> = core::hint::black_box(None);
    nothing.expect("there is nothing in it");
}
