//! What differs by architecture. Each file defines the same names.
//!
//! - `VARIANT`: how thread-local storage lies around the thread pointer,
//! - `set_thread_pointer`: makes a thread pointer that of the running thread,
//! - `registers`: those with which a new thread begins,
//! - `capture`: stores the registers that show who called a function,
//! - `captured`: the same of another thread.

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(any(target_arch = "riscv32", target_arch = "riscv64"), path = "riscv.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
mod current;

#[cfg(not(any(
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "x86",
    target_arch = "x86_64"
)))]
compile_error!("seL4 does not run on this architecture: it runs on aarch64, arm, riscv32, riscv64, x86 and x86_64");

pub use current::*;
