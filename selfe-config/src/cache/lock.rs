//! Opening lock files. Anything else in a lock file's place is removed rather than waited for.

use super::clear::clear;
use super::{CacheError, io_error};
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Whether something that can't be locked is in a lock file's place, such as a folder or a pipe.
pub(crate) fn is_odd(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file())
}

/// Opens the lock file, and creates it if it does not exist.
///
/// # Errors
/// It can't be opened or created.
pub fn open(path: &Path) -> Result<File, CacheError> {
    if is_odd(path) {
        clear(path)?;
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    open_with(&mut options, path)
}

/// Opens an existing lock file.
///
/// # Errors
/// It can't be opened.
pub(crate) fn open_existing(path: &Path) -> Result<File, CacheError> {
    open_with(File::options().write(true), path)
}

fn open_with(options: &mut fs::OpenOptions, path: &Path) -> Result<File, CacheError> {
    // Opening a pipe without a reader would block.
    let no_wait = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    options.custom_flags(no_wait).open(path).map_err(io_error("open", path))
}
