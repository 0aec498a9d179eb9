//! The smallest program with output: the overhead of `selfe-start`. tests/root_tasks.rs limits its
//! size.
#![no_std]
#![no_main]

use core::fmt::Write;
use selfe_start::DebugOutHandle;

selfe_start::entry!(main);

fn main() {
    // A plain string, so that nothing of `core::fmt` is linked.
    let _ = DebugOutHandle.write_str("Hello, seL4!\n");
}
