//! What the programs share: objects, pages and threads, as the example application makes them.
#![no_std]

#[path = "../../../example_application/src/failure.rs"]
pub mod failure;
#[path = "../../../example_application/src/memory.rs"]
pub mod memory;
#[path = "../../../example_application/src/objects.rs"]
pub mod objects;
#[path = "../../../example_application/src/pages.rs"]
pub mod pages;
#[cfg(not(KernelIsMCS))]
#[path = "../../../example_application/src/thread.rs"]
pub mod thread;
