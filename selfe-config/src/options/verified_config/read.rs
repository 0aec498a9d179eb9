//! Reads the kernel's files: they are CMake scripts, so CMake reads them.

use super::board::VerifiedConfig;
use super::error::VerifiedError;
use crate::options::cmake_cache::canonical;
use crate::tools;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The script that prints what the kernel's files set.
const SCRIPT: &str = include_str!("../../../cmake/verified.cmake");

/// Every verified configuration of a kernel, by name; empty if the kernel has no such files.
///
/// # Errors
/// CMake is missing, or can't read the files.
pub fn list(kernel: &Path) -> Result<Vec<VerifiedConfig>, Box<VerifiedError>> {
    let dir = kernel.join("configs");
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let cmake = tools::find("cmake")?;
    let wrong = |cause: String| VerifiedError::Read {
        dir: dir.clone(),
        cause,
    };
    // The files have paths relative to it, and some write there.
    let folder = tempfile::tempdir().map_err(|error| wrong(format!("no temporary folder: {error}")))?;
    let (script, result) = (folder.path().join("read.cmake"), folder.path().join("result"));
    fs::write(&script, SCRIPT).map_err(|error| wrong(error.to_string()))?;
    let mut command = Command::new(cmake);
    command.arg(format!("-DCONFIGS={}", dir.display()));
    command.arg(format!("-DRESULT={}", result.display()));
    command.arg("-P").arg(&script);
    command.current_dir(folder.path()).stdin(Stdio::null());
    let output = command.output().map_err(|error| wrong(error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(wrong(format!("CMake ended with {}\n{}", output.status, said.trim_end())).into());
    }
    let text = fs::read_to_string(&result).map_err(|error| wrong(error.to_string()))?;
    Ok(parse(&text, &dir))
}

/// The script's output: a line for each configuration, then one for each of its options.
fn parse(text: &str, dir: &Path) -> Vec<VerifiedConfig> {
    let mut all: Vec<VerifiedConfig> = Vec::new();
    for line in text.lines() {
        let heading = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        match (heading, line.split_once('='), all.last_mut()) {
            (Some(name), ..) => all.push(VerifiedConfig {
                name: name.to_owned(),
                file: dir.join(format!("{name}_verified.cmake")),
                options: Default::default(),
            }),
            (None, Some((name, value)), Some(config)) => {
                config.options.insert(name.to_owned(), canonical(value).to_owned());
            }
            _ => {}
        }
    }
    // The configurations of an architecture's usual board come before those of other boards.
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel with one file that includes another; CMake's output for it.
    #[test]
    fn cmake_reads_the_files() {
        let kernel = tempfile::tempdir().unwrap();
        let configs = kernel.path().join("con figs/configs");
        fs::create_dir_all(configs.join("include")).unwrap();
        let write = |name: &str, text: &str| fs::write(configs.join(name), text).unwrap();
        write(
            "include/BASE.cmake",
            "set(KernelPlatform \"first\" CACHE STRING \"\")\nset(KernelNumber 16 CACHE STRING \"\")\n\
             set(KernelDerived 1 CACHE INTERNAL \"\")\nset(plain 1)\n",
        );
        write(
            "A_verified.cmake",
            "include(${CMAKE_CURRENT_LIST_DIR}/include/BASE.cmake)\n\
             set(KernelPlatform \"second\" CACHE STRING \"\")\nset(KernelNumber 17 CACHE STRING \"\" FORCE)\n\
             set(KernelIsMCS TRUE CACHE BOOL \"\")\n",
        );
        write("B_verified.cmake", "set(KernelSel4Arch \"x86_64\" CACHE STRING \"\")\n");
        write("other.cmake", "message(FATAL_ERROR \"not to be read\")\n");
        let all = list(&kernel.path().join("con figs")).unwrap();
        let [a, b] = &all[..] else { panic!("{all:?}") };
        assert_eq!((a.name.as_str(), a.is_mcs()), ("A", true));
        // Without FORCE the first value stays, as in CMakeCache.txt.
        assert_eq!(a.board().words(), "first");
        assert_eq!(a.options["KernelNumber"], "17");
        assert_eq!(a.options.len(), 3);
        // Nothing from A remains in B.
        assert_eq!(b.options.keys().collect::<Vec<_>>(), ["KernelSel4Arch"]);
        assert_eq!(b.file, configs.join("B_verified.cmake"));
        write("C_verified.cmake", "message(FATAL_ERROR \"a broken file\")\n");
        let error = list(&kernel.path().join("con figs")).unwrap_err().to_string();
        assert!(error.contains("a broken file"), "{error}");
    }

    #[test]
    fn a_kernel_without_such_files_has_none() {
        let kernel = tempfile::tempdir().unwrap();
        assert_eq!(list(kernel.path()).unwrap(), []);
    }
}
