//! Tests of a root task that run on seL4.
//!
//! `cargo test` builds a root task of the tests, boots it through cargo's runner, `selfe run`, and
//! reports as it does for other crates: names, filters, captured output, a summary, and exit code
//! 101 if a test failed. It works on stable Rust.
//!
//! # Use
//!
//! `tests/first.rs`:
//!
//! ```no_run
//! use selfe_start::boot_info;
//!
//! selfe_test::main!();
//!
//! #[selfe_test::test]
//! fn the_kernel_gives_memory() {
//!     let untyped = boot_info().untyped;
//!     assert!(untyped.end > untyped.start);
//! }
//!
//! #[selfe_test::test(timeout = 5)]
//! #[should_panic(expected = "out of bounds")]
//! fn an_index_is_checked() {
//!     let numbers = core::hint::black_box([1, 2, 3]);
//!     let _ = numbers[core::hint::black_box(3)];
//! }
//! ```
//!
//! The file begins with `#![no_std]` and `#![no_main]`, and `Cargo.toml` says that it brings its
//! own harness:
//!
//! ```toml
//! [dev-dependencies]
//! selfe-test = "0.2"
//!
//! [[test]]
//! name = "first"
//! harness = false
//! ```
//!
//! Modules of the program itself can have tests too, in `#[cfg(test)] mod tests`. The `[[bin]]` (or
//! `[lib]`) then says `harness = false`, and `src/main.rs` names both entries:
//!
//! ```ignore
//! #[cfg(not(test))]
//! selfe_start::entry!(main);
//! #[cfg(test)]
//! selfe_test::main!(main);
//! ```
//!
//! # What a test can rely on
//!
//! - Each test runs in a thread of its own, with the capabilities of the root task and a stack of
//!   256 KiB that has a guard page. [`boot_info`](selfe_start::boot_info) is the kernel's. Two of
//!   its empty slots, the last ones, and one small piece of untyped memory belong to the tests'
//!   runner; four slots with `KernelIsMCS`.
//! - After each test every slot that the kernel left empty is empty again, and everything that was
//!   made of untyped memory is gone. Variables of the program keep their values.
//! - A panic or a fault fails that test alone. So does its time limit, 60 seconds unless it sets
//!   another one; the remaining tests run in a new boot.
//!
//! # Unwinding
//!
//! Cargo compiles all tests with an unwinder, which seL4 does not have. Targets for bare metal
//! don't care. For targets named after Linux, `.cargo/config.toml` needs the `rustc-wrapper` that
//! `selfe new` and `selfe init` write.
#![no_std]
#![cfg_attr(docsrs, allow(rustdoc::broken_intra_doc_links))]

#[cfg(not(docsrs))]
mod case;
#[cfg(not(docsrs))]
mod fault;
#[cfg(not(docsrs))]
mod resources;
#[cfg(not(docsrs))]
mod run;
#[cfg(not(docsrs))]
mod selection;
#[cfg(not(docsrs))]
mod space;

#[cfg(not(docsrs))]
pub use case::TestCase;
#[cfg(not(docsrs))]
#[doc(hidden)]
pub use run::run as __run;
#[cfg(not(docsrs))]
#[doc(hidden)]
pub use selfe_start as __start;
pub use selfe_test_macros::test;

/// The entry of a program of tests.
///
/// In a program's own file, `main!(main)` names the function that the tests don't call, so that the
/// compiler does not find it unused.
#[macro_export]
macro_rules! main {
    () => {
        $crate::__start::entry!($crate::__run);
    };
    ($main:path $(,)?) => {
        $crate::main!();
        const _: () = {
            #[allow(dead_code)]
            fn uses_main() {
                let main: fn() -> _ = $main;
                $crate::__start::__call_main(main);
            }
        };
    };
}

/// The result of a test, as an exit code: an error is printed.
#[cfg(not(docsrs))]
#[doc(hidden)]
pub fn __report(result: impl selfe_start::Termination) -> i32 {
    result.report()
}
