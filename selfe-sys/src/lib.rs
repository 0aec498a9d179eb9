//! Bindings of libsel4.
#![no_std]

mod bindings;
pub mod ctypes;
mod note;
mod supplied;
pub mod syscalls;

pub use bindings::*;
pub use supplied::*;
pub use syscalls::*;
