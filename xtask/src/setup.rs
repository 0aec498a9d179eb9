//! `cargo xtask setup`: everything that a fresh machine with Rust still lacks.

use crate::matrix::{self, Case};
use crate::run::{Failure, run, selfe};
use crate::toolchain::{self, find_program};
use std::process::{Command, Stdio};

/// Installs the host's missing tools; where that is not allowed, `selfe doctor` prints the line to run.
pub fn setup() -> Result<(), Failure> {
    run(selfe(["doctor", "--fix"])?)
}

/// Installs what the kernels of the matrix need beside that: cross compilers, emulators. What can't be had here, the cases say.
pub fn platform_tools() -> Result<(), Failure> {
    let mut seen = Vec::new();
    for case in matrix::cases()? {
        let platform = (case.platform.clone(), case.sel4_arch.clone());
        if seen.contains(&platform) {
            continue;
        }
        let mut doctor = selfe(["doctor", "--fix", "-p", &case.platform, "--sel4_arch", &case.sel4_arch])?;
        let status = doctor.stdout(Stdio::null()).status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("not everything for {} ({}) is here", case.platform, case.sel4_arch);
        }
        seen.push(platform);
    }
    Ok(())
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

/// Installs the emulators that run other processors' programs on Linux, for the checks of the bindings; what can't be done here,
/// those checks say.
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
