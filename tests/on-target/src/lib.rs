//! Checks of selfe-sys that run on the processor it was made for, under QEMU's user-mode emulation.
//!
//! The programs need neither seL4 nor a C library: they are for Linux, of which they use two system
//! calls, and so they are built for the very Rust targets that root tasks are built for. `cargo
//! xtask bindings` builds and runs them.
//!
//! | program | what it does |
//! | --- | --- |
//! | `bitfields` | compares the functions of every bitfield type with their definition, as the tests of selfe-binding-tests do |
//! | `layout` | prints what Rust makes of each type and constant, as assertions in C for the kernel's own compiler |
//!
//! All of it is behind the feature `programs`: a panic handler can't be built together with the
//! crates of this computer's own.
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
/// Each function of libsel4 that is inline Rust takes and returns what C's does: that this compiles
/// is the check.
#[cfg(feature = "programs")]
#[allow(dead_code, non_snake_case, clippy::all, clippy::undocumented_unsafe_blocks)]
mod signatures {
    use selfe_sys::*;
    include!(concat!(env!("OUT_DIR"), "/signatures.rs"));
}

#[cfg(feature = "programs")]
pub use linux::{Stdout, exit};
