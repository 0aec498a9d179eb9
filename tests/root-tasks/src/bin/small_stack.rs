//! Runs on a stack whose size it chooses.
#![no_std]
#![no_main]

const SIZE: usize = 16 * 1024;

selfe_start::entry!(main, stack_size = SIZE);

fn main() {
    let bottom = selfe_start::get_stack_bottom_addr();
    let local = core::hint::black_box(1u8);
    let local = (&raw const local).addr();
    assert!(
        (bottom..bottom + SIZE).contains(&local),
        "{local:#x} is not in the stack at {bottom:#x}"
    );
    selfe_start::debug_println!("a stack of {} KiB", SIZE / 1024);
}
