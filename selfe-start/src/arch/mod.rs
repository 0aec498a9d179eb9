//! What differs between architectures. Each module holds the program's first instructions, `_start`, which set up the stack
//! and call [`crate::boot::start`] with the address of the boot info, and defines `unmap(frame)`.

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub use x86_64::unmap;

#[cfg(not(target_arch = "x86_64"))]
compile_error!("selfe-start does not know this architecture yet; today it knows x86_64");
