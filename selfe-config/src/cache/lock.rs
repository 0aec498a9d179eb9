//! Opening lock files: whatever lies in a lock's place that can't be locked does not stay there,
//! and is not waited for.

use super::place::clear;
use super::{CacheError, io_error};
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Whether something other than a file lies where a lock belongs, such as a folder or a pipe:
/// nobody can hold it.
pub(crate) fn is_odd(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file())
}

/// The lock file, made if it is not there.
///
/// # Errors
/// The file system refused.
pub fn open(path: &Path) -> Result<File, CacheError> {
    if is_odd(path) {
        clear(path)?;
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    open_with(&mut options, path)
}

/// The lock file that is there.
///
/// # Errors
/// The file system refused.
pub(crate) fn open_existing(path: &Path) -> Result<File, CacheError> {
    open_with(File::options().write(true), path)
}

fn open_with(options: &mut fs::OpenOptions, path: &Path) -> Result<File, CacheError> {
    // Opening a pipe that nobody reads would wait for ever.
    let no_wait = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    options.custom_flags(no_wait).open(path).map_err(io_error("open", path))
}
