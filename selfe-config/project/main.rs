#![no_std]
#![no_main]

use core::fmt::Write;
use selfe_start::DebugOutHandle;

selfe_start::entry!(main);

fn main() -> core::fmt::Result {
    writeln!(DebugOutHandle, "Hello from a root task of my own!")
}
