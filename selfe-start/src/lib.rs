//! The entry point of a Rust root task on seL4.
//!
//! seL4 starts the root task at its entry point, with neither a stack nor thread-local storage, and
//! with the address of the [boot info](boot_info) in a register. This crate does the rest, up to an
//! ordinary `main`.
//!
//! # What it does
//!
//! 1. `_start` sets the stack pointer to a stack of [`STACK_SIZE`] bytes, or of the size that
//!    [`entry!`] names.
//! 2. It sets up thread-local storage and tells libsel4 where the IPC buffer is. From here on every
//!    function of libsel4 works.
//! 3. It unmaps the page below the stack, so that a stack that grows too far faults instead of
//!    overwriting other data.
//! 4. It calls `main`. The value that `main` returns becomes the result of the run
//!    ([`Termination`], [`exit`](exit())).
//!
//! # What you supply
//!
//! `src/main.rs`, which begins with `#![no_std]` and `#![no_main]` and has a main function that
//! [`entry!`] names:
//!
//! ```no_run
//! use selfe_start::{boot_info, debug_println};
//!
//! selfe_start::entry!(main);
//!
//! fn main() {
//!     debug_println!("Hello from seL4 with {} nodes!", boot_info().numNodes);
//! }
//! ```
//!
//! `Cargo.toml`, with `panic = "abort"`: nothing on seL4 can unwind a stack.
//!
//! ```toml
//! [package]
//! name = "my-root-task"
//! version = "0.1.0"
//! edition = "2024"
//!
//! [dependencies]
//! selfe-start = { version = "0.2", features = ["panic_handler"] }
//! selfe-sys = "0.2" # named here so that cargo tells build.rs which kernel it is
//!
//! [build-dependencies]
//! selfe-config = "0.3"
//!
//! [profile.dev]
//! panic = "abort"
//!
//! [profile.release]
//! panic = "abort"
//! ```
//!
//! `build.rs`, which calls `selfe_config::build_helpers::root_task()`. That links the program as a
//! root task and turns the kernel's options into cfgs, such as `#[cfg(KernelIsMCS)]`.
//!
//! `sel4.toml`, which names the kernel and its options. Without one, selfe-config's default is
//! used.
//!
//! Then run `cargo build`, and `selfe run target/debug/my-root-task` to boot it in QEMU.
//!
//! # What there is
//!
//! | | |
//! | --- | --- |
//! | [`boot_info()`] | what the kernel gave the root task: untyped memory, slots, the IPC buffer; [`BOOTINFO`] is the raw pointer |
//! | [`args()`] | the words after `--` of `selfe run ELF -- ARG…` and `cargo run -- ARG…` |
//! | [`debug_println!`], [`DebugOutHandle`] | the kernel's debug console; silent if `KernelPrinting` is off |
//! | [`exit`](exit()) | ends the run with a code that `selfe run` ends with too |
//! | [`kernel`] | the version, architecture and platform of the kernel that this is built for |
//! | [`get_stack_bottom_addr()`], [`STACK_SIZE`] | the root thread's stack |
//!
//! # The result of a run
//!
//! | `main` | exit code of `selfe run` |
//! | --- | --- |
//! | returns `()` or `Ok(())` | 0 |
//! | returns `Err(error)` | 1; the error is printed with `Debug` |
//! | returns a type of your own | what its [`Termination`] reports |
//! | calls `exit(code)` | `code` |
//! | panics | 101; the message and its place are printed |
//!
//! The exit code is printed to the debug console, so a kernel without `KernelPrinting` reports
//! none: the run ends by its timeout.
//!
//! # Features
//!
//! - `panic_handler`: a panic handler that does as the table says. Without it, a program brings its
//!   own `#[panic_handler]`, which may end with [`debug_panic_handler`].
//! - `log`: messages of the crate `log` go to the debug console. `SELFE_LOG=debug cargo run` sets
//!   the level, which is `info` otherwise.
//! - `lang-items`: an ordinary `fn main()`, without `#![no_main]` and [`entry!`]. This needs a
//!   nightly compiler, and something of this crate must be named, if only by `use selfe_start as
//!   _;`.
//!
//! # Advanced
//!
//! **A larger or smaller stack**: `entry!(main, stack_size = 1024 * 1024)`. A fault just below
//! [`get_stack_bottom_addr()`] is a stack that was too small: the debug kernel prints the address
//! of each fault that nobody handles.
//!
//! **More threads** need a stack, thread-local storage and an IPC buffer of their own before they
//! call libsel4: `selfe_runtime::thread` gives them all three. The example application of selfe's
//! repository starts one.
//!
//! **An entry point of your own**: leave out this crate and use `selfe-runtime`, which has the
//! parts. In order: a stack, then `tls::prepare` and `install`, then `seL4_SetIPCBuffer`.
//!
//! **When it does not link**: an undefined symbol `main` means that [`entry!`] is missing. An
//! undefined `__libc_start_main` means that `build.rs` does not call `root_task()`, so the host's
//! start-up code was linked. A linker that complains about files of another machine is the host's:
//! for `aarch64-unknown-linux-gnu` and `armv7-unknown-linux-gnueabihf`, name a linker in
//! `.cargo/config.toml`, such as `linker = "aarch64-linux-gnu-gcc"`; `ld.lld` works for every
//! target.
#![no_std]
#![cfg_attr(feature = "lang-items", feature(lang_items, never_type))]
#![cfg_attr(feature = "lang-items", allow(internal_features))]
#![cfg_attr(docsrs, allow(rustdoc::broken_intra_doc_links))]

// On docs.rs there is no kernel, and this page is everything.
#[cfg(not(docsrs))]
mod arch;
#[cfg(not(docsrs))]
mod boot;
#[cfg(all(feature = "lang-items", not(docsrs)))]
mod lang_items;
#[cfg(not(docsrs))]
mod stack;
#[cfg(not(docsrs))]
mod termination;

#[cfg(not(docsrs))]
pub use boot::{BOOTINFO, boot_info};
#[cfg(not(docsrs))]
pub use selfe_runtime::{DebugOutHandle, args, debug_panic_handler, debug_print, debug_println, exit, kernel};
#[cfg(not(docsrs))]
#[doc(hidden)]
pub use stack::{__frame, __stack_size, __unmap};
#[cfg(not(docsrs))]
pub use stack::{STACK_SIZE, get_stack_bottom_addr};
#[cfg(not(docsrs))]
pub use termination::Termination;

/// Names the main function of the root task; it may return any [`Termination`].
///
/// `entry!(main, stack_size = 64 * 1024)` gives the root thread a stack of another size than
/// [`STACK_SIZE`], a multiple of 4096 bytes.
#[macro_export]
macro_rules! entry {
    ($main:path $(,)?) => {
        const _: () = {
            /// The name under which the start-up code calls it.
            #[unsafe(export_name = "main")]
            extern "C" fn __selfe_main(_: isize, _: *const *const u8) -> isize {
                let main: fn() -> _ = $main;
                $crate::__call_main(main)
            }
        };
    };
    ($main:path, stack_size = $size:expr $(,)?) => {
        $crate::entry!($main);
        $crate::__stack!($size);
    };
}

#[cfg(not(docsrs))]
#[doc(hidden)]
pub fn __call_main(main: impl termination::MainFunction) -> isize {
    main.call() as isize
}
