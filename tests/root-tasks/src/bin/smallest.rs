//! The smallest program that says something: what `selfe-start` costs. tests/root_tasks.rs holds
//! its size.
#![no_std]
#![no_main]

use core::fmt::Write;
use selfe_start::DebugOutHandle;

selfe_start::entry!(main);

fn main() {
    // Text alone, so that nothing of `core::fmt` is linked.
    let _ = DebugOutHandle.write_str("Hello, seL4!\n");
}
