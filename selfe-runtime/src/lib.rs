//! What a Rust program on seL4 needs in place of an operating system.
//!
//! | module | what it gives |
//! | --- | --- |
//! | [`arguments`] | [`args()`]: the words after `selfe run ELF --`; [`variable`] |
//! | [`backtrace`] | what `selfe run` needs for a backtrace |
//! | [`debug`] | the kernel's debug console as a [`core::fmt::Write`], [`debug_println!`] |
//! | [`error`] | [`Error`]: libsel4's error codes as a Rust error that shows its name |
//! | [`exit`](mod@exit) | [`exit()`]: tells the simulator that the run is over, and its result |
//! | [`logger`] | the debug console as the backend of the crate `log`; feature `log` |
//! | [`panic`](mod@panic) | [`debug_panic_handler`]: what happens on a panic; feature
//! `panic_handler` makes it the program's panic handler |
//! | [`protocol`] | messages to `selfe run` on the console |
//! | [`kernel`] | the version, architecture and platform of the kernel that the program is built for |
//! | [`thread`] | [`thread::Thread`]: starts a further thread with a stack, thread-local storage and an IPC buffer |
//! | [`tls`] | thread-local storage for the root thread and all others |
//!
//! It also provides what libsel4.a needs (`strcpy`, `__assert_fail`) and, for targets named after
//! Linux, what their Rust library expects from a C library: the memory functions that compilers
//! call implicitly (`memcpy` and its family), `strlen`, `getauxval` and the functions of an
//! unwinder. All of them are weak: a program's own functions of these names replace them. The Rust
//! library of a bare-metal target has its own memory functions.
//!
//! The crate `selfe-start` sets all of this up for a root task; use this crate alone for a program
//! that is started by something else.
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, allow(rustdoc::broken_intra_doc_links))]

// On docs.rs there is no kernel, and this page is everything.
#[cfg(not(docsrs))]
mod arch;
#[cfg(not(docsrs))]
pub mod arguments;
#[cfg(all(not(test), not(docsrs)))]
mod assert;
#[cfg(not(docsrs))]
pub mod backtrace;
#[cfg(not(docsrs))]
pub mod debug;
#[cfg(not(docsrs))]
pub mod error;
#[cfg(not(docsrs))]
pub mod exit;
#[cfg(not(docsrs))]
mod handover;
#[cfg(not(docsrs))]
pub mod logger;
#[cfg(not(docsrs))]
pub mod panic;
#[cfg(not(docsrs))]
pub mod protocol;
#[cfg(not(docsrs))]
mod shims;
#[cfg(not(docsrs))]
pub mod thread;
#[cfg(not(docsrs))]
pub mod tls;

#[cfg(not(docsrs))]
pub use arguments::{args, variable};
#[cfg(not(docsrs))]
pub use debug::DebugOutHandle;
#[cfg(not(docsrs))]
pub use error::Error;
#[cfg(not(docsrs))]
pub use exit::exit;
#[cfg(not(docsrs))]
pub use panic::debug_panic_handler;
#[cfg(not(docsrs))]
pub use selfe_sys::kernel;
