//! `cargo xtask setup`: everything that a fresh machine with Rust still lacks.

use crate::run::{Failure, run, selfe};

/// Installs the host's missing tools; where that is not allowed, `selfe doctor` prints the line to run.
pub fn setup() -> Result<(), Failure> {
    run(selfe(["doctor", "--fix"])?)
}
