//! How much a fetched tree holds: a cheap way to see that a file was lost or cut short since.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// The number of files and of their bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    files: u64,
    bytes: u64,
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "files = {}\nbytes = {}", self.files, self.bytes)
    }
}

/// The extent of a tree, without the cache's own marker at its root and what Python leaves.
///
/// # Errors
/// A folder can't be read.
pub fn of(root: &Path) -> io::Result<Extent> {
    let mut extent = Extent::default();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.file_type()?.is_dir() {
                if name != "__pycache__" {
                    folders.push(entry.path());
                }
            } else if !(folder == root && name == "complete.toml") {
                extent.files += 1;
                extent.bytes += entry.metadata()?.len();
            }
        }
    }
    Ok(extent)
}
