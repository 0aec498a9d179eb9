//! `cargo xtask setup`: everything that a fresh machine with Rust lacks.

use crate::matrix::{self, Case};
use crate::run::{Failure, run, selfe};
use crate::toolchain::{self, find_program};
use std::collections::BTreeSet;
use std::process::Command;

/// Installs the host's missing tools; if that is not allowed, `selfe doctor` prints the command for
/// it.
pub fn setup() -> Result<(), Failure> {
    run(selfe(["doctor", "--fix"])?)
}

/// Installs what the whole matrix needs.
///
/// # Errors
/// The matrix can't be read, or `selfe` does not build.
pub fn whole_matrix() -> Result<(), Failure> {
    for_cases(&matrix::cases()?)
}

/// Installs what some cases need, as far as possible here: cross compilers, emulators, Rust
/// targets. A case reports what is still missing when it runs.
///
/// # Errors
/// `selfe` does not build.
pub fn for_cases(cases: &[Case]) -> Result<(), Failure> {
    let chosen: BTreeSet<_> = cases.iter().map(|case| (&case.platform, &case.sel4_arch)).collect();
    for (platform, sel4_arch) in chosen {
        let mut doctor = selfe(["doctor", "--fix", "--platform", platform, "--sel4_arch", sel4_arch])?;
        // Its list of tools is only worth reading if something is missing.
        let output = doctor.output();
        if !output.is_ok_and(|output| output.status.success()) {
            eprintln!(
                "not everything is here for {platform}: `selfe doctor --platform {platform}` says what is missing"
            );
        }
    }
    rust_targets(cases);
    Ok(())
}

/// Adds the Rust targets of some cases, if nothing here can build for them yet.
pub fn rust_targets(cases: &[Case]) {
    toolchain::add_targets(cases.iter().map(|case| case.rust_target.as_str()));
}

/// Installs the emulators that run programs for other processors on Linux, for the checks of the
/// bindings; the checks report what is missing.
pub fn emulators() {
    let is_there = |name: &str| find_program(name).is_some() || find_program(&format!("{name}-static")).is_some();
    if is_there("qemu-arm") || find_program("apt-get").is_none() {
        return;
    }
    let install = ["install", "-y", "--no-install-recommends", "qemu-user"];
    let status = Command::new("apt-get").args(install).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("could not install qemu-user: the bindings of other processors are not checked");
    }
}
