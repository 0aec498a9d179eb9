//! Everything that knows about sel4.toml, the kernel's sources, its build, bootable images and QEMU.

pub mod build_helpers;
pub mod cache;
pub mod kernel;
pub mod model;
pub mod names;
mod nearest;
pub mod platform;
pub mod progress;
pub mod source;
pub mod tools;
pub mod value;
