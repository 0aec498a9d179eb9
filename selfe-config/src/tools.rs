//! The programs of the host that selfe runs.

use std::path::PathBuf;

/// A program that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the program `{program}` was not found; install it with: {install}")]
pub struct MissingTool {
    /// The program's name.
    pub program: String,
    /// The command line that installs it on this system.
    pub install: String,
}

/// Finds a program on `PATH`.
///
/// # Errors
/// [`MissingTool`] where it is not there or not executable.
pub fn find(program: &str) -> Result<PathBuf, MissingTool> {
    which::which(program).map_err(|_| MissingTool {
        program: program.to_owned(),
        install: format!("apt-get install {program}"),
    })
}

/// The command line that installs a package on this system.
pub fn install_line(package: &str) -> String {
    format!("apt-get install {package}")
}

/// Finds a program in one of some folders, else on `PATH`.
///
/// # Errors
/// [`MissingTool`] where it is in none of them.
pub fn find_in(first: &[PathBuf], program: &str) -> Result<PathBuf, MissingTool> {
    let there = first
        .iter()
        .map(|dir| dir.join(program))
        .find(|path| which::which(path).is_ok());
    there.map_or_else(|| find(program), Ok)
}
