//! What differs between architectures. Each file contains the program's first instructions,
//! `_start`, which set up the stack and call [`crate::boot::start`] with the address of the boot
//! info, and defines `unmap(frame)`.

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

pub use current::unmap;
