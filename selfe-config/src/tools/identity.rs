//! Which program a file holds: what a build's key takes in of it.

use crate::cache::hash;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A program of that size may be a script that calls another: its content is looked at. Compilers
/// themselves are far larger, and are known by size and time.
const SMALL: u64 = 256 * 1024;

/// A program's file: its path, the file that this leads to, and what is in that.
pub fn of(path: &Path) -> String {
    let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let known = match fs::metadata(&file) {
        Ok(found) if found.len() <= SMALL => fs::read(&file).map(|content| hash([&content[..]])),
        Ok(found) => Ok(format!("{} {}.{}", found.len(), found.mtime(), found.mtime_nsec())),
        Err(error) => Err(error),
    };
    format!("{} {} {}", path.display(), file.display(), known.unwrap_or_default())
}
