//! The identity of a program's file, as a part of a build's key.

use crate::cache::hash;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A program up to this size may be a script that calls another one, so its content counts.
/// Compilers themselves are far larger, and are identified by size and time.
const SMALL: u64 = 256 * 1024;

/// A program's file: its path, the file that this leads to, and the content.
pub fn of(path: &Path) -> String {
    let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let known = match fs::metadata(&file) {
        Ok(found) if found.len() <= SMALL => fs::read(&file).map(|content| hash([&content[..]])),
        Ok(found) => Ok(format!("{} {}.{}", found.len(), found.mtime(), found.mtime_nsec())),
        Err(error) => Err(error),
    };
    format!("{} {} {}", path.display(), file.display(), known.unwrap_or_default())
}
