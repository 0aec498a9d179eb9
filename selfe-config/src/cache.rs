//! The cache outside `target/` that every project on the machine shares.
//!
//! An entry is a folder named by a hash of what it was made from, so it never changes once it is
//! complete. A marker file, renamed into place last and after everything else has reached the disk,
//! marks it as complete; a folder without a marker was left by a killed run, and is made again. The
//! marker has the size and SHA-256 of each file: an entry that differs is made again, too. A lock
//! file beside the entry lets only one process at a time make it.

mod clear;
mod entry;
mod lock;
mod names;
mod record;
mod scratch;
mod seen;
mod upkeep;

use crate::error_kind::ErrorKind;
pub use entry::Entry;
pub(crate) use entry::age;
pub use record::Damage;
pub use scratch::Scratch;
pub use upkeep::{Listed, UNUSED, Verdict};

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folder for what is not an entry yet.
const TMP: &str = "tmp";

/// How often an entry's last use is recorded.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why the cache can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The user's cache folder can't be found.
    #[error(
        "found no folder for the cache: this user has no home folder\nset SELFE_CACHE_DIR to a folder that may grow by some hundred megabytes"
    )]
    NoFolder,
    /// A file system operation failed.
    #[error("can't {action} {}: {source}\n{}", path.display(), advice(source))]
    Io {
        /// The operation, such as "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl CacheError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            CacheError::NoFolder => ErrorKind::Usage,
            CacheError::Io { .. } => ErrorKind::Build,
        }
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or set SELFE_CACHE_DIR to a folder on another disk; incomplete entries are not used"
        }
        _ => "set SELFE_CACHE_DIR to a folder that this user may write to",
    }
}

/// An error of the file system during an operation.
pub(crate) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CacheError {
    let path = path.to_owned();
    move |source| CacheError::Io { action, path, source }
}

/// The cache's folder.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The user's cache: `$SELFE_CACHE_DIR`, or else `selfe` in the system's folder for caches.
    ///
    /// # Errors
    /// There is no such folder, or it can't be made.
    pub fn open() -> Result<Self, CacheError> {
        Self::open_from(Path::new(""))
    }

    /// As [`Cache::open`], but a relative path in the variable counts from `folder`: cargo runs a
    /// build script in its crate's folder, and the user set the variable elsewhere.
    ///
    /// # Errors
    /// As for [`Cache::open`].
    pub(crate) fn open_from(folder: &Path) -> Result<Self, CacheError> {
        let root = match std::env::var_os("SELFE_CACHE_DIR").filter(|dir| !dir.is_empty()) {
            Some(dir) => std::path::absolute(folder.join(&dir)).map_err(io_error("find", Path::new(&dir)))?,
            None => {
                use etcetera::BaseStrategy;
                let strategy = etcetera::choose_base_strategy().map_err(|_| CacheError::NoFolder)?;
                strategy.cache_dir().join("selfe")
            }
        };
        Self::at(&root)
    }

    /// The cache in that folder, which is created if it does not exist.
    ///
    /// # Errors
    /// The folder can't be created.
    pub fn at(root: &Path) -> Result<Self, CacheError> {
        const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
            # This folder holds sources and kernel builds of selfe. It may be deleted at any time.\n";
        fs::create_dir_all(root).map_err(io_error("create", root))?;
        // Backup programs skip a folder with this file, so it is not written into a user's existing
        // folder. A read-only cache works without it.
        if fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none()) {
            let _ = write_last(&root.join("CACHEDIR.TAG"), TAG.as_bytes());
        }
        // The same folder under another name is the same cache: its entries contain their own
        // paths.
        let root = fs::canonicalize(root).map_err(io_error("find", root))?;
        scratch::sweep(&root.join(TMP));
        Ok(Cache { root })
    }

    /// The cache's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A temporary folder on the cache's disk. If this program is killed, the next one removes it.
    ///
    /// # Errors
    /// The folder can't be created.
    pub(crate) fn scratch(&self) -> Result<Scratch, CacheError> {
        Scratch::new_in(&self.root.join(TMP))
    }

    /// The entry of that kind and key, complete or not.
    pub fn entry(&self, kind: &str, key: &str) -> Entry {
        Entry::new(&self.root, kind, key)
    }

    /// The entry with that folder; none if the folder is not in this cache.
    pub(crate) fn entry_at(&self, dir: &Path) -> Option<Entry> {
        let below = dir.strip_prefix(&self.root).ok()?;
        let (kind, key) = (below.parent()?.to_str()?, below.file_name()?.to_str()?);
        (names::is_kind(kind) && names::is_key(key)).then(|| self.entry(kind, key))
    }
}

/// Writes a file completely or not at all: under another name first, then renamed. It reaches the
/// disk before it gets its name.
///
/// # Errors
/// The file can't be written.
pub(crate) fn write_last(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, true)
}

/// As [`write_last`], for a file that may be lost in a power cut.
///
/// # Errors
/// The file can't be written.
pub(crate) fn write_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, false)
}

fn write(path: &Path, bytes: &[u8], is_synced: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // With the permissions of any other file of this user; a temporary file would be private.
    let ordinary = fs::Permissions::from_mode(0o666);
    let mut file = tempfile::Builder::new();
    let file = file.prefix(UNFINISHED).permissions(ordinary);
    let mut file = file.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if is_synced {
        file.as_file().sync_all()?;
    }
    file.persist(path).map_err(|error| error.error)?;
    sweep_unfinished(folder);
    Ok(())
}

/// The prefix of the names of files that are not completely written yet.
const UNFINISHED: &str = ".selfe-unfinished-";

/// Removes such files of killed programs. Writing one takes far less than a day.
fn sweep_unfinished(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        let written = entry.metadata().and_then(|meta| meta.modified());
        if written.is_ok_and(|written| seen::is_over(written, DAY)) {
            // A failure only wastes space.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether the disk of a folder is full. Tools report that in many ways, or not at all, so this
/// tries to write.
pub(crate) fn disk_is_full(dir: &Path) -> bool {
    const PROBE: usize = 1 << 20;
    let tried = tempfile::tempfile_in(dir).and_then(|mut file| {
        file.write_all(&vec![0; PROBE])?;
        file.sync_all()
    });
    tried.is_err_and(|error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
}

/// SHA-256 of several parts, in hexadecimal; the boundaries between the parts count.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_the_user_s_is_not_tagged() {
        let dir = tempfile::tempdir().unwrap();
        let (new, home) = (dir.path().join("new/cache"), dir.path().join("home"));
        fs::create_dir(&home).unwrap();
        fs::write(home.join("thesis"), "").unwrap();
        for (root, is_tagged) in [(&new, true), (&home, false), (&new, true)] {
            Cache::at(root).unwrap();
            assert_eq!(root.join("CACHEDIR.TAG").is_file(), is_tagged, "{}", root.display());
        }
    }

    #[test]
    fn what_a_killed_writer_left_goes_with_a_later_write() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| dir.path().join(format!("{UNFINISHED}{name}"));
        for name in ["old", "new"] {
            fs::write(file(name), "half").unwrap();
        }
        let old = std::time::SystemTime::now() - 2 * DAY;
        let times = fs::FileTimes::new().set_modified(old);
        fs::File::options()
            .write(true)
            .open(file("old"))
            .unwrap()
            .set_times(times)
            .unwrap();
        write_unsynced(&dir.path().join("other"), b"whole").unwrap();
        assert!(!file("old").exists() && file("new").exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn an_entry_is_found_by_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let (repository, commit) = ("src/0123456789abcdef", "0".repeat(40));
        let entry = cache.entry(repository, &commit);
        assert_eq!(cache.entry_at(&entry.dir).map(|found| found.dir), Some(entry.dir));
        for other in ["", "src", repository, "src/sub/sub", "build/name"] {
            assert!(cache.entry_at(&cache.root().join(other)).is_none(), "{other}");
        }
        assert!(cache.entry_at(Path::new("/")).is_none());
    }

    #[test]
    fn parts_of_a_hash_don_t_run_together() {
        assert_ne!(hash([&b"ab"[..], b"c"]), hash([&b"a"[..], b"bc"]));
        assert_eq!(
            hash([]),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
