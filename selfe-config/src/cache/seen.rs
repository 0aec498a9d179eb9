//! What is remembered about an entry: when it was last used, and the state of its files when they
//! were last found undamaged.
//!
//! Losing it costs nothing but reading each file once more.

use super::clear::read_file;
use super::record::MARKER;
use super::{DAY, write_unsynced};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The file beside an entry. Its time is the last use.
#[derive(Debug, Clone)]
pub struct Seen {
    path: PathBuf,
}

impl Seen {
    pub fn new(path: PathBuf) -> Self {
        Seen { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether an entry with that fingerprint was found undamaged before.
    pub(crate) fn knows(&self, fingerprint: &str) -> bool {
        read_file(&self.path).is_ok_and(|known| known == fingerprint)
    }

    /// Remembers a fingerprint; this also counts as a use.
    pub(crate) fn remember(&self, fingerprint: &str) {
        // The cache may be read-only for this user.
        let _ = write_unsynced(&self.path, fingerprint.as_bytes());
    }

    /// The last use, if known.
    pub(crate) fn last_use(&self) -> Option<SystemTime> {
        std::fs::metadata(&self.path).and_then(|meta| meta.modified()).ok()
    }

    /// Whether the last known use is so old that it has to be recorded again.
    pub(crate) fn is_old(&self) -> bool {
        self.last_use().is_some_and(|last| is_over(last, DAY))
    }

    /// Records that the entry is in use.
    pub(crate) fn touch(&self) {
        let file = File::options().append(true).open(&self.path);
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }
}

/// Whether a time is that long ago. A time in the future is not: a clock was set, and the next use
/// corrects it.
pub(crate) fn is_over(time: SystemTime, age: std::time::Duration) -> bool {
    SystemTime::now().duration_since(time).is_ok_and(|past| past > age)
}

/// When a file in a folder was last read, if the file system records that: a linker reads libsel4.a
/// without a build script running. The marker is left out: listing the cache reads it.
pub(crate) fn last_read(dir: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let others = entries.filter(|entry| entry.file_name() != MARKER);
    let times = others.filter_map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => last_read(&entry.path()),
        Ok(meta) => meta.accessed().ok(),
        Err(_) => None,
    });
    times.max()
}
