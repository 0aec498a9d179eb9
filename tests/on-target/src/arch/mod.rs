//! Linux on each processor: `_start`, which prepares the stack and calls `main`, and a system call
//! with three arguments.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod memory;
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(any(target_arch = "riscv32", target_arch = "riscv64"), path = "riscv.rs")]
mod own;

pub use own::{EXIT, WRITE, system_call};
