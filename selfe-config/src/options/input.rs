//! Reading one file that an option names, and where its copy lies.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the copies, within the build's folder.
pub const FOLDER: &str = "inputs";

/// A file that can't be read.
pub struct Unreadable(pub PathBuf, pub io::Error);

/// Reads a regular file: reading a pipe would block.
pub fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let is_file = |found: fs::Metadata| {
        if found.is_file() {
            Ok(())
        } else {
            Err(io::Error::other("it is not a file"))
        }
    };
    let content = fs::metadata(path).and_then(is_file).and_then(|()| fs::read(path));
    content.map_err(|error| Unreadable(path.to_owned(), error))
}
