//! The programs on this computer that selfe runs: where they are, which are needed, and how a
//! missing one is installed.

#[cfg(feature = "bin")]
pub mod check;
pub mod compiler;
pub mod identity;
#[cfg(feature = "bin")]
mod libclang;
pub mod system;
pub mod table;

use std::path::PathBuf;
use system::System;

/// A program that is not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the program `{program}` was not found; install it with: {install}")]
pub struct MissingTool {
    /// The program's name.
    pub program: String,
    /// The command line that installs it on this system.
    pub(crate) install: String,
}

/// Finds a program on `PATH`.
///
/// # Errors
/// [`MissingTool`] if it is not there or not executable.
pub fn find(program: &str) -> Result<PathBuf, MissingTool> {
    which::which(program).map_err(|_| MissingTool {
        program: program.to_owned(),
        install: install_line(program),
    })
}

/// Finds the first of some programs that is on `PATH`.
///
/// # Errors
/// [`MissingTool`] names the first one if none is.
pub fn find_one_of(programs: &[&str]) -> Result<PathBuf, MissingTool> {
    let found = programs.iter().find_map(|program| find(program).ok());
    found.ok_or_else(|| {
        let program = programs.first().copied().unwrap_or_default();
        MissingTool {
            program: program.to_owned(),
            install: install_line(program),
        }
    })
}

/// The command line that installs a program on this system.
pub fn install_line(program: &str) -> String {
    let system = System::this();
    system.install_line(&[system.package_of(program)])
}

/// Finds a program in one of some folders, or else on `PATH`.
///
/// # Errors
/// [`MissingTool`] if it is in none of them.
pub(crate) fn find_in(first: &[PathBuf], program: &str) -> Result<PathBuf, MissingTool> {
    let there = first
        .iter()
        .map(|dir| dir.join(program))
        .find(|path| which::which(path).is_ok());
    there.map_or_else(|| find(program), Ok)
}
