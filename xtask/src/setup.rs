//! `cargo xtask setup`: everything that a fresh machine with Rust still lacks.

use crate::matrix::{self, Case};
use crate::run::{Failure, run, selfe};
use crate::toolchain;

/// Installs the host's missing tools; where that is not allowed, `selfe doctor` prints the line to run.
pub fn setup() -> Result<(), Failure> {
    run(selfe(["doctor", "--fix"])?)
}

/// Adds the Rust targets of the whole matrix.
pub fn all_rust_targets() -> Result<(), Failure> {
    rust_targets(&matrix::cases()?);
    Ok(())
}

/// Adds the Rust targets of some cases, where nothing here can build for them yet.
pub fn rust_targets(cases: &[Case]) {
    toolchain::add_targets(cases.iter().map(|case| case.rust_target.as_str()));
}
