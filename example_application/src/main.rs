//! A first root task: read this file from top to bottom, then the modules in the order in which
//! `main` uses them.
//!
//! seL4 starts one program, the root task, and gives it capabilities to everything that the kernel
//! does not need itself: all free memory, the interrupts, the devices. An allocator, files and
//! processes are for the root task to make. This one prints what it was given, makes a page of
//! memory and a second thread, and ends.
//!
//! Its first line of output is always of this form:
//! `Hello from Rust on seL4 16.0.0 (x86_64, pc99)!`
#![no_std] // The standard library needs an operating system.
#![no_main] // selfe-start has the entry point, and calls what `entry!` names.

mod failure;
mod memory;
mod objects;
mod pages;
mod thread;

use failure::Failure;
use objects::Objects;
use selfe_start::{boot_info, debug_println, kernel};

selfe_start::entry!(main);

/// Runs on a stack of its own with a guard page, with thread-local storage set up. A returned error
/// is printed and becomes the exit code 1 of `cargo run`; a panic becomes 101.
fn main() -> Result<(), Failure> {
    debug_println!(
        "Hello from Rust on seL4 {} ({}, {})!",
        kernel::VERSION,
        kernel::SEL4_ARCH,
        kernel::PLATFORM
    );
    memory::describe(boot_info());

    let mut objects = Objects::new(boot_info());
    use_a_page(&mut objects)?;
    ask_a_thread(&mut objects)?;
    debug_println!("All is well.");
    Ok(())
}

/// Addresses that the program does not use, with free space above them on every architecture.
#[cfg(target_pointer_width = "64")]
const PAGE_ADDRESS: usize = 0x10_0000_0000;
#[cfg(target_pointer_width = "32")]
const PAGE_ADDRESS: usize = 0x4000_0000;
const THREAD_ADDRESS: usize = PAGE_ADDRESS + 0x1000_0000;

/// Makes a page from untyped memory, maps it, writes to it and reads it.
fn use_a_page(objects: &mut Objects) -> Result<(), Failure> {
    let page = pages::map_new(objects, PAGE_ADDRESS)?;
    let word = page.as_mut_ptr().cast::<u64>();
    // SAFETY: the page is mapped and writable, and nothing else uses it. The accesses are volatile,
    // so that memory is really used.
    let read = unsafe {
        word.write_volatile(0x5e14);
        word.read_volatile()
    };
    assert_eq!(read, 0x5e14, "memory did not keep what was written");
    debug_println!("Wrote 0x5e14 to a new page at {PAGE_ADDRESS:#x} and read {read:#x}.");
    Ok(())
}

/// Starts a second thread and calls it through an endpoint.
fn ask_a_thread(objects: &mut Objects) -> Result<(), Failure> {
    let answer = thread::ask(objects, THREAD_ADDRESS, 21)?;
    debug_println!("Asked a second thread for twice 21; it answered {answer}.");
    Ok(())
}
