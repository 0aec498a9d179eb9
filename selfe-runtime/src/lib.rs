//! What a Rust program on seL4 needs in place of an operating system.
//!
//! | module | what it gives |
//! | --- | --- |
//! | [`debug`] | the kernel's debug console as a [`core::fmt::Write`], [`debug_println!`] |
//! | [`error`] | [`Error`]: libsel4's error codes as a Rust error that shows its name |
//! | [`exit`](mod@exit) | [`exit()`]: tells the simulator that the run is over, and with what result |
//! | [`kernel`] | the version, architecture and platform of the kernel that the program is built for |
//! | [`thread`] | [`thread::Thread`]: starts a further thread with a stack, thread-local storage and an IPC buffer |
//! | [`tls`] | thread-local storage for the root thread and for every other |
//! | [`debug_panic_handler`] | what a panic does; feature `panic_handler` makes it the program's panic handler |
//!
//! Beside these, what libsel4.a needs (`strcpy`, `__assert_fail`), and for targets that are named
//! after Linux what their Rust library asks a C library for: the memory functions that compilers
//! call without being asked (`memcpy` and its family), `strlen`, `getauxval` and the names
//! of an unwinder. All of it is weak: a program's own functions of these names take their place.
//! The Rust library of a bare-metal target has its own memory functions.
//!
//! A root task gets all of it set up by the crate `selfe-start`; use this one alone for a program
//! that is started by something else.
#![cfg_attr(not(test), no_std)]
#![cfg_attr(front_page_only, allow(rustdoc::broken_intra_doc_links))]

// Where there is no kernel, on docs.rs, this page is all.
#[cfg(not(front_page_only))]
mod arch;
#[cfg(all(not(test), not(front_page_only)))]
mod assert;
#[cfg(not(front_page_only))]
pub mod debug;
#[cfg(not(front_page_only))]
pub mod error;
#[cfg(not(front_page_only))]
pub mod exit;
#[cfg(not(front_page_only))]
mod handover;
#[cfg(not(front_page_only))]
mod panic;
#[cfg(not(front_page_only))]
mod shims;
#[cfg(not(front_page_only))]
pub mod thread;
#[cfg(not(front_page_only))]
pub mod tls;

#[cfg(not(front_page_only))]
pub use debug::DebugOutHandle;
#[cfg(not(front_page_only))]
pub use error::Error;
#[cfg(not(front_page_only))]
pub use exit::exit;
#[cfg(not(front_page_only))]
pub use panic::debug_panic_handler;
#[cfg(not(front_page_only))]
pub use selfe_sys::kernel;
