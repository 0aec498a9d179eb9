//! `cargo xtask demo`: from a fresh clone to a greeting from seL4.

use crate::run::{Failure, cargo, run, selfe, target_dir};
use crate::setup::setup;

/// The time limit of the boot in seconds.
const TIMEOUT: &str = "120";

/// Sets up, fetches the sources, builds the example and boots it.
pub fn demo() -> Result<(), Failure> {
    setup()?;
    // Fetching separately reports an unreachable source in one message, not inside cargo's report
    // about a build script.
    run(selfe(["fetch", "-p", "pc99"])?)?;
    run(cargo(["build", "-p", "example_application"]))?;
    let mut boot = selfe(["run", "--timeout", TIMEOUT])?;
    boot.arg(target_dir().join("debug/example_application"));
    run(boot)
}
