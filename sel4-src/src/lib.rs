#![doc = include_str!("../README.md")]
//!
//! ## Use
//!
//! ```no_run
//! // In a build script:
//! let sources = sel4_src::sources().unwrap_or_else(|unfilled| panic!("{unfilled}"));
//! println!("the kernel {} lies in {}", sel4_src::VERSION, sources.kernel.display());
//! ```
//!
//! A build must not write into these folders: cargo shares them between projects.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The kernel's release, such as `16.0.0`: the crate's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The folder that `cargo xtask sel4-src` fills.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sources");

/// The file that is written last.
const RECORD: &str = "SOURCES.toml";

/// The source trees, as absolute paths.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sources {
    /// The kernel with libsel4: the folder with `FindseL4.cmake`.
    pub kernel: PathBuf,
    /// The part of seL4_tools with the elfloader: the folder with `elfloader-tool`.
    pub tools: PathBuf,
    /// The part of util_libs with libcpio: the folder with `libcpio`.
    pub util_libs: PathBuf,
    /// The file with their origins: tables `kernel`, `tools` and `util_libs`, each with the strings
    /// `git`, the repository, and `commit`.
    pub record: PathBuf,
}

/// The source trees of this crate.
///
/// # Errors
/// There are none: the crate in selfe's repository is not filled.
pub fn sources() -> Result<Sources, Unfilled> {
    in_folder(Path::new(FOLDER))
}

fn in_folder(folder: &Path) -> Result<Sources, Unfilled> {
    let record = folder.join(RECORD);
    if !record.is_file() {
        return Err(Unfilled {
            folder: folder.to_owned(),
        });
    }
    Ok(Sources {
        kernel: folder.join("seL4"),
        tools: folder.join("seL4_tools"),
        util_libs: folder.join("util_libs"),
        record,
    })
}

/// The crate contains no sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// The folder in which they should be.
    pub folder: PathBuf,
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sel4-src holds no kernel: {} is not filled\n\
             the crate is filled before it is packaged: in selfe's repository run `cargo xtask sel4-src {VERSION}`,\n\
             or take sel4-src from a registry",
            self.folder.display()
        )
    }
}

impl Error for Unfilled {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_its_record_is_not_filled() {
        let folder = std::env::temp_dir().join(format!("sel4-src-test-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("seL4")).unwrap();
        let error = in_folder(&folder).unwrap_err();
        assert!(error.to_string().contains("cargo xtask sel4-src"), "{error}");
        std::fs::write(folder.join(RECORD), "").unwrap();
        let sources = in_folder(&folder).unwrap();
        assert!(sources.kernel.is_dir());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
