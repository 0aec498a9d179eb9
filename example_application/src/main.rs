//! A root task to read first.
#![no_std]
#![no_main]

use core::fmt::Write;
use selfe_start::{DebugOutHandle, boot_info};

selfe_start::entry!(main);

fn main() -> core::fmt::Result {
    writeln!(
        DebugOutHandle,
        "Hello from Rust on seL4! {} nodes",
        boot_info().numNodes
    )
}
