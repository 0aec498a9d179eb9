//! Checks of selfe-sys that run on the target's processor, under QEMU's user-mode emulation.
//!
//! The programs need neither seL4 nor a C library. They run on Linux and use two of its system
//! calls, so they are built for the same Rust targets as root tasks. `cargo xtask bindings` builds
//! and runs them.
//!
//! | program | what it does |
//! | --- | --- |
//! | `bitfields` | compares the functions of every bitfield type with their definition, as the tests of selfe-binding-tests do |
//! | `layout` | prints what Rust makes of each type and constant, as assertions in C for the kernel's own compiler |
//!
//! Everything is behind the feature `programs`, because a panic handler cannot be built together
//! with crates for the host.
#![no_std]

#[cfg(feature = "programs")]
mod arch;
#[cfg(feature = "programs")]
#[path = "../../bindings/src/bitfield.rs"]
pub mod bitfield;
#[cfg(feature = "programs")]
mod heap;
#[cfg(feature = "programs")]
mod linux;
#[cfg(feature = "programs")]
mod shims;
/// Every inline function of libsel4 has the signature of the C function. Compiling the module is
/// the check.
#[cfg(feature = "programs")]
#[allow(dead_code, non_snake_case, clippy::all, clippy::undocumented_unsafe_blocks)]
mod signatures {
    use selfe_sys::*;
    include!(concat!(env!("OUT_DIR"), "/signatures.rs"));
}

#[cfg(feature = "programs")]
pub use linux::{Stdout, exit};
