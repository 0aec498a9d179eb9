//! Shared by the programs: objects, pages and threads, as in the example application.
#![no_std]

#[path = "../../../example_application/src/failure.rs"]
pub mod failure;
#[path = "../../../example_application/src/memory.rs"]
pub mod memory;
#[path = "../../../example_application/src/objects.rs"]
pub mod objects;
#[path = "../../../example_application/src/pages.rs"]
pub mod pages;
#[path = "../../../example_application/src/thread.rs"]
pub mod thread;

/// Addresses that the programs do not use, with free space above them on every architecture.
#[cfg(target_pointer_width = "64")]
pub const FREE: usize = 0x10_0000_0000;
/// As above.
#[cfg(target_pointer_width = "32")]
pub const FREE: usize = 0x4000_0000;
