//! The cache outside `target/` that every project on the machine shares.
//!
//! An entry is a folder named by what it was made from, so it never changes once it is complete. A marker file, renamed
//! into place last, says that it is; whatever has no marker is the rest of a run that was killed, and is made anew. A lock
//! file beside the entry lets one process at a time make it.

use crate::progress::Progress;
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Why the cache can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The user's cache folder can't be found.
    #[error(
        "found no folder for the cache: this user has no home folder\nset SELFE_CACHE_DIR to a folder that may grow by some hundred megabytes"
    )]
    NoFolder,
    /// The file system refused.
    #[error("can't {action} {}: {source}\n{}", path.display(), advice(source))]
    Io {
        /// What was being done, such as "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or set SELFE_CACHE_DIR to a folder on a disk that has some; what was half-made is not used"
        }
        _ => "set SELFE_CACHE_DIR to a folder that this user may write to",
    }
}

/// An error of the file system, with what was being done.
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
    /// The user's cache: `$SELFE_CACHE_DIR`, else `selfe` in the system's folder for caches.
    ///
    /// # Errors
    /// There is no such folder, or it can't be made.
    pub fn open() -> Result<Self, CacheError> {
        let root = match std::env::var_os("SELFE_CACHE_DIR").filter(|dir| !dir.is_empty()) {
            Some(dir) => std::path::absolute(&dir).map_err(io_error("find", Path::new(&dir)))?,
            None => {
                use etcetera::BaseStrategy;
                let strategy = etcetera::choose_base_strategy().map_err(|_| CacheError::NoFolder)?;
                strategy.cache_dir().join("selfe")
            }
        };
        Self::at(&root)
    }

    /// The cache in that folder, which is made where it is not there.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn at(root: &Path) -> Result<Self, CacheError> {
        const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
            # This folder holds sources and kernel builds of selfe. It may be deleted at any time.\n";
        fs::create_dir_all(root).map_err(io_error("create", root))?;
        let tag = root.join("CACHEDIR.TAG");
        if !tag.exists() {
            write_last(&tag, TAG.as_bytes())?;
        }
        Ok(Cache { root: root.to_owned() })
    }

    /// The cache's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The entry of that kind and key, complete or not.
    pub fn entry(&self, kind: &str, key: &str) -> Entry {
        let kind = self.root.join(kind);
        Entry {
            dir: kind.join(key),
            lock: kind.join(format!("{key}.lock")),
            log: kind.join(format!("{key}.log")),
        }
    }
}

/// One folder of the cache.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The folder.
    pub dir: PathBuf,
    /// A place beside the folder for the log of its making; it outlives a failure.
    pub log: PathBuf,
    lock: PathBuf,
}

impl Entry {
    /// The marker that is written last.
    pub fn marker(&self) -> PathBuf {
        self.dir.join("complete.toml")
    }

    /// The marker's text; none where the entry is not complete.
    pub fn complete(&self) -> Option<String> {
        fs::read_to_string(self.marker()).ok()
    }

    /// The marker's text of the complete entry. Where it is not complete, `make` fills the empty folder and returns that
    /// text, while no other process does.
    ///
    /// # Errors
    /// What `make` says, or the file system refused.
    pub fn get_or_make<E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        make: impl FnOnce(&Path) -> Result<String, E>,
    ) -> Result<String, E> {
        if let Some(text) = self.complete() {
            return Ok(text);
        }
        let _lock = self.lock(progress)?;
        if let Some(text) = self.complete() {
            return Ok(text);
        }
        // Not complete and ours: it is the rest of a run that was killed.
        self.clear()?;
        fs::create_dir_all(&self.dir).map_err(io_error("create", &self.dir))?;
        let text = make(&self.dir)?;
        write_last(&self.marker(), text.as_bytes())?;
        self.age_marker();
        Ok(text)
    }

    /// Gives the marker a time long past. Cargo watches it for being deleted; were it newer than the start of the build
    /// script that made it, cargo would run that build script once more for nothing.
    fn age_marker(&self) {
        const YEAR_1980: Duration = Duration::from_secs(315_532_800);
        let file = File::options().append(true).open(self.marker());
        // Where the file system keeps no such times, the price is that one run.
        let _ = file.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + YEAR_1980));
    }

    fn lock(&self, progress: &dyn Progress) -> Result<File, CacheError> {
        let parent = self.lock.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(io_error("create", parent))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock);
        let file = file.map_err(io_error("open", &self.lock))?;
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => progress.begin("waiting for another build of the same"),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &self.lock)(error)),
        }
        file.lock().map_err(io_error("lock", &self.lock))?;
        progress.end();
        Ok(file)
    }

    fn clear(&self) -> Result<(), CacheError> {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &self.dir)(error)),
            _ => Ok(()),
        }
    }
}

/// Writes a whole file or none: under another name first, then renamed.
///
/// # Errors
/// The file system refused.
pub(crate) fn write_last(path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(io_error("write in", parent))?;
    let written = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
    written.map_err(io_error("write", path))?;
    file.persist(path)
        .map_err(|error| io_error("write", path)(error.error))?;
    Ok(())
}

/// SHA-256 of several parts, in hexadecimal; where one part ends and the next begins counts.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn an_entry_is_made_once_and_a_half_made_one_again() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let entry = cache.entry("kind", "key");
        fs::create_dir_all(&entry.dir).unwrap();
        fs::write(entry.dir.join("left-over"), "").unwrap();
        let failed = entry.get_or_make(&Silent, |_| Err(CacheError::NoFolder));
        assert!(failed.is_err() && entry.complete().is_none());
        let made = entry.get_or_make::<CacheError>(&Silent, |dir| {
            assert_eq!(fs::read_dir(dir).unwrap().count(), 0, "a half-made entry is emptied");
            Ok("first".to_owned())
        });
        assert_eq!(made.unwrap(), "first");
        let again = entry.get_or_make::<CacheError>(&Silent, |_| unreachable!("it is complete"));
        assert_eq!(again.unwrap(), "first");
        assert!(dir.path().join("CACHEDIR.TAG").exists());
    }

    #[test]
    fn two_at_once_make_it_once() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let made = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let text = cache.entry("kind", "key").get_or_make::<CacheError>(&Silent, |_| {
                        made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        std::thread::sleep(std::time::Duration::from_millis(50));
                        Ok("text".to_owned())
                    });
                    assert_eq!(text.unwrap(), "text");
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
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
