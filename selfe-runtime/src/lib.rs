//! What a Rust program on seL4 needs in place of an operating system.
//!
//! | module | what it gives |
//! | --- | --- |
//! | [`debug`] | the kernel's debug console as a [`core::fmt::Write`], [`debug_println!`] |
//! | [`exit`](mod@exit) | [`exit()`]: tells the simulator that the run is over, and with what result |
//! | [`tls`] | thread-local storage for the root thread and for every other |
//! | `panic` | the panic handler, with feature `panic_handler` |
//!
//! Beside these, the memory functions that compilers call without being asked (`memcpy` and its family), `strlen`,
//! and what libsel4.a needs (`strcpy`, `__assert_fail`), in C.
//!
//! A root task gets all of it set up by the crate `selfe-start`; use this one alone for a program that is started
//! by something else.
#![cfg_attr(not(test), no_std)]

mod arch;
mod assert;
pub mod debug;
pub mod exit;
#[cfg(all(feature = "panic_handler", not(test)))]
mod panic;
pub mod tls;

pub use exit::exit;

/// The C functions: linked also where nothing of this crate is called but by the compiler.
#[cfg(test)]
mod shims_test;

/// What Rust's precompiled `core` refers to on targets with unwinding; nothing calls it, because a panic aborts.
#[cfg(not(test))]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
