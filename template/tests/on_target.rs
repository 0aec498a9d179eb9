//! Tests that run on seL4: `cargo test` boots them.
#![no_std]
#![no_main]

use selfe_start::boot_info;

selfe_test::main!();

#[selfe_test::test]
fn the_kernel_gives_untyped_memory() {
    let untyped = boot_info().untyped;
    assert!(untyped.end > untyped.start);
}
