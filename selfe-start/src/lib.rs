//! The entry point of a Rust root task on seL4.
//!
//! # What it does
//!
//! The kernel starts the root task at `_start` with the address of the boot info in a register, without a stack. This crate
//! sets up a [stack](STACK_SIZE) with a guard page below it, thread-local storage and the IPC buffer, keeps the boot info,
//! calls your `main`, and ends the run with its result.
//!
//! # What you supply
//!
//! A program with `#![no_std]` and `#![no_main]` whose main function is named by [`entry!`]:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//!
//! use core::fmt::Write;
//! use selfe_start::{DebugOutHandle, boot_info};
//!
//! selfe_start::entry!(main);
//!
//! fn main() -> core::fmt::Result {
//!     writeln!(DebugOutHandle, "{} nodes", boot_info().numNodes)
//! }
//! ```
//!
//! `main` returns `()`, `!`, or a `Result` whose error is printed ([`Termination`]). Beside it:
//!
//! - `Cargo.toml`: this crate with feature `panic_handler`, `selfe-sys`, the build dependency `selfe-config`, and
//!   `panic = "abort"` in the profiles `dev` and `release`;
//! - `build.rs`: `fn main() { selfe_config::build_helpers::root_task(); }`;
//! - `sel4.toml`, which names the kernel.
//!
//! # Features
//!
//! - `panic_handler`: panics are printed on the debug console and end the run with code 101. Without it, a program brings its
//!   own `#[panic_handler]`, which may call [`debug_panic_handler`].
//! - `lang-items`: an ordinary `fn main()`, without `#![no_main]` and `entry!`. This needs a nightly compiler.
#![no_std]
#![cfg_attr(feature = "lang-items", feature(lang_items))]
#![cfg_attr(feature = "lang-items", allow(internal_features))]

mod arch;
mod boot;
#[cfg(feature = "lang-items")]
mod lang_items;
mod stack;
mod termination;

pub use boot::{BOOTINFO, boot_info};
pub use selfe_runtime::{DebugOutHandle, debug_panic_handler, debug_print, debug_println, exit, kernel};
#[doc(hidden)]
pub use stack::__stack_size;
pub use stack::{STACK_SIZE, get_stack_bottom_addr};
pub use termination::Termination;

/// Names the function that the root task begins with; it may return whatever is a [`Termination`].
///
/// `entry!(main, stack_size = 64 * 1024)` gives the root thread a stack of another size than [`STACK_SIZE`], a multiple of
/// 4096 bytes.
#[macro_export]
macro_rules! entry {
    ($main:path $(,)?) => {
        const _: () = {
            /// The name under which the start-up code calls it.
            #[unsafe(export_name = "main")]
            extern "C" fn __selfe_main(_: isize, _: *const *const u8) -> isize {
                $crate::__call_main($main)
            }
        };
    };
    ($main:path, stack_size = $size:expr $(,)?) => {
        $crate::entry!($main);
        $crate::__stack!($size);
    };
}

#[doc(hidden)]
pub fn __call_main<T: Termination>(main: fn() -> T) -> isize {
    main().report() as isize
}
