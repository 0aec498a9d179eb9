//! Checks what a Rust program on seL4 relies on. It runs on the target, on every kernel of
//! `tests/matrix.toml`.
//!
//! Each check prints one line: `ok NAME`, `SKIPPED NAME: why`, or `FAILED NAME: what was wrong`.
//! The exit code is the number of failed checks.
#![no_std]
#![no_main]

mod arch;
mod checks;
mod exchange;
mod failure;
mod forms;
mod handler;
mod message;
mod partner;
mod root;
mod thread;

use checks::CHECKS;
use failure::Outcome;
use root::Root;
use selfe_start::{boot_info, debug_println, exit, kernel};

selfe_start::entry!(main, stack_size = 64 * 1024);

fn main() {
    debug_println!(
        "Conformance on seL4 {} ({}, {})",
        kernel::VERSION,
        kernel::SEL4_ARCH,
        kernel::PLATFORM
    );
    let mut root = Root::new(boot_info());
    let mut failed = 0;
    for (name, check) in CHECKS {
        match check(&mut root) {
            Ok(Outcome::Ok) => debug_println!("ok {name}"),
            Ok(Outcome::Skipped(why)) => debug_println!("SKIPPED {name}: {why}"),
            Err(failure) => {
                debug_println!("FAILED {name}: {failure}");
                failed += 1;
            }
        }
    }
    // The number lets the reader of the output notice a missing line.
    debug_println!("{} checks ended", CHECKS.len());
    exit(failed)
}
