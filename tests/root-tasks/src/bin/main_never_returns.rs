//! Has a `main` that returns `!`.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() -> ! {
    selfe_start::exit(7)
}
