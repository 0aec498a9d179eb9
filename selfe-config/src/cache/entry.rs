//! One folder of the cache: made once, by one process at a time, and trusted only when it is whole.

use super::{CacheError, io_error, write_last};
use crate::progress::Progress;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// One folder of the cache.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The folder.
    pub dir: PathBuf,
    /// A place beside the folder for the log of its making; it outlives a failure.
    pub log: PathBuf,
    lock: PathBuf,
    kind: PathBuf,
    key: String,
}

/// The file in an entry that is written last.
const MARKER: &str = "complete.toml";

/// Who else holds the lock of an entry while it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lock {
    /// The programs that this one starts too. Where this one is killed they go on for a moment, and write into the folder.
    WithChildren,
    /// This program alone.
    Alone,
}

impl Entry {
    pub(super) fn new(kind: PathBuf, key: &str) -> Self {
        Entry {
            dir: kind.join(key),
            lock: kind.join(format!("{key}.lock")),
            log: kind.join(format!("{key}.log")),
            kind,
            key: key.to_owned(),
        }
    }

    /// The marker that is written last.
    pub fn marker(&self) -> PathBuf {
        self.dir.join(MARKER)
    }

    /// The marker's text; none where the entry is not complete.
    pub fn complete(&self) -> Option<String> {
        fs::read_to_string(self.marker()).ok()
    }

    /// The marker's text of the complete entry. Where it is not complete, or not `is_whole` by that text, `make` fills the
    /// empty folder in its final place and returns the text, while no other process does.
    ///
    /// # Errors
    /// What `make` says, or the file system refused.
    pub fn get_or_make<E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        make: impl FnOnce(&Path) -> Result<String, E>,
    ) -> Result<String, E> {
        let _lock = match self.whole_or_lock(progress, is_whole, Lock::WithChildren)? {
            Ok(text) => return Ok(text),
            Err(lock) => lock,
        };
        fs::create_dir_all(&self.dir).map_err(io_error("create", &self.dir))?;
        let text = make(&self.dir)?;
        write_last(&self.marker(), text.as_bytes())?;
        age(&self.marker());
        Ok(text)
    }

    /// As [`Entry::get_or_make`], for what can be moved: `make` fills a folder elsewhere, which is renamed into place when
    /// it is complete.
    ///
    /// # Errors
    /// What `make` says, or the file system refused.
    pub fn get_or_move_in<E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        make: impl FnOnce(&Path) -> Result<String, E>,
    ) -> Result<String, E> {
        let _lock = match self.whole_or_lock(progress, is_whole, Lock::Alone)? {
            Ok(text) => return Ok(text),
            Err(lock) => lock,
        };
        let prefix = format!("{}.making-", self.key);
        self.sweep(&prefix);
        let making = tempfile::Builder::new().prefix(&prefix).tempdir_in(&self.kind);
        let making = making.map_err(io_error("create a folder in", &self.kind))?;
        // A folder within: the outer one is readable to this user alone.
        let dir = making.path().join("entry");
        fs::create_dir(&dir).map_err(io_error("create", &dir))?;
        let text = make(&dir)?;
        let marker = dir.join(MARKER);
        write_last(&marker, text.as_bytes())?;
        age(&marker);
        fs::rename(&dir, &self.dir).map_err(io_error("move a folder to", &self.dir))?;
        Ok(text)
    }

    /// Does something in the folder while no other process does: for what a complete entry has room for, such as the link step
    /// of a tree that is configured.
    ///
    /// # Errors
    /// What `work` says, or the file system refused.
    pub fn alone<T, E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        work: impl FnOnce(&Path) -> Result<T, E>,
    ) -> Result<T, E> {
        let _lock = self.lock(progress, Lock::WithChildren)?;
        work(&self.dir)
    }

    /// The marker's text of a whole entry; else the lock, with nothing left of the folder.
    fn whole_or_lock(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        lock: Lock,
    ) -> Result<Result<String, File>, CacheError> {
        let whole = || self.complete().filter(|text| is_whole(text));
        if let Some(text) = whole() {
            return Ok(Ok(text));
        }
        let lock = self.lock(progress, lock)?;
        if let Some(text) = whole() {
            return Ok(Ok(text));
        }
        // Damaged, or the rest of a run that was killed. The marker goes first: what is half removed is not complete.
        for removed in [fs::remove_file(self.marker()), fs::remove_dir_all(&self.dir)] {
            match removed {
                Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Err(io_error("remove", &self.dir)(error));
                }
                _ => {}
            }
        }
        Ok(Err(lock))
    }

    fn lock(&self, progress: &dyn Progress, who: Lock) -> Result<File, CacheError> {
        fs::create_dir_all(&self.kind).map_err(io_error("create", &self.kind))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock);
        let file = file.map_err(io_error("open", &self.lock))?;
        if who == Lock::WithChildren {
            let inherited = rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty());
            inherited.map_err(|error| io_error("hand on", &self.lock)(error.into()))?;
        }
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => progress.begin("waiting for another build of the same"),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &self.lock)(error)),
        }
        file.lock().map_err(io_error("lock", &self.lock))?;
        progress.end();
        Ok(file)
    }

    /// Removes what killed runs left. Where that fails there is only less space.
    fn sweep(&self, prefix: &str) {
        let entries = fs::read_dir(&self.kind).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Gives the marker a time long past. Cargo watches it for being deleted; were it newer than the start of the build
/// script that made it, cargo would run that build script once more for nothing.
fn age(marker: &Path) {
    const YEAR_1980: Duration = Duration::from_secs(315_532_800);
    let file = File::options().append(true).open(marker);
    // Where the file system keeps no such times, the price is that one run.
    let _ = file.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + YEAR_1980));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::progress::Silent;

    #[test]
    fn an_entry_is_made_once_and_a_half_made_one_again() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let entry = cache.entry("kind", "key");
        fs::create_dir_all(&entry.dir).unwrap();
        fs::write(entry.dir.join("left-over"), "").unwrap();
        let failed = entry.get_or_make(&Silent, |_| true, |_| Err(CacheError::NoFolder));
        assert!(failed.is_err() && entry.complete().is_none());
        let made = entry.get_or_make::<CacheError>(
            &Silent,
            |_| true,
            |dir| {
                assert_eq!(fs::read_dir(dir).unwrap().count(), 0, "a half-made entry is emptied");
                Ok("first".to_owned())
            },
        );
        assert_eq!(made.unwrap(), "first");
        let again = entry.get_or_make::<CacheError>(&Silent, |_| true, |_| unreachable!("it is complete"));
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
                    let text = cache.entry("kind", "key").get_or_make::<CacheError>(
                        &Silent,
                        |_| true,
                        |_| {
                            made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                            std::thread::sleep(std::time::Duration::from_millis(50));
                            Ok("text".to_owned())
                        },
                    );
                    assert_eq!(text.unwrap(), "text");
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn a_damaged_entry_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
        for expected in ["first", "second"] {
            let made = entry.get_or_move_in::<CacheError>(
                &Silent,
                |text| text == "second",
                |dir| {
                    fs::write(dir.join("file"), expected).unwrap();
                    Ok(expected.to_owned())
                },
            );
            assert_eq!(made.unwrap(), expected);
        }
        assert_eq!(fs::read_to_string(entry.dir.join("file")).unwrap(), "second");
    }

    #[test]
    fn what_is_moved_in_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
        fs::create_dir_all(dir.path().join("kind/key.making-killed/entry")).unwrap();
        let failed = entry.get_or_move_in(&Silent, |_| true, |_| Err(CacheError::NoFolder));
        assert!(failed.is_err() && !entry.dir.exists());
        let made = entry.get_or_move_in::<CacheError>(&Silent, |_| true, |_| Ok(String::new()));
        assert!(made.is_ok() && entry.complete().is_some());
        let mut names: Vec<_> = fs::read_dir(dir.path().join("kind"))
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["key", "key.lock"]);
    }

    #[test]
    fn the_lock_outlives_its_holder_in_the_programs_that_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
        let mut child = None;
        let failed = entry.get_or_make(
            &Silent,
            |_| true,
            |_| {
                child = std::process::Command::new("sleep").arg("0.3").spawn().ok();
                Err(CacheError::NoFolder)
            },
        );
        assert!(failed.is_err());
        let made = entry.get_or_make::<CacheError>(&Silent, |_| true, |_| Ok(String::new()));
        assert!(made.is_ok());
        let status = child.unwrap().try_wait().unwrap();
        assert!(
            status.is_some(),
            "the folder was made while the first one's program still ran"
        );
    }
}
