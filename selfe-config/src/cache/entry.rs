//! An entry of the cache: made once, by one process at a time, and used only if it is complete and
//! undamaged.

use super::clear::{clear, make_folder, read_file};
use super::lock;
use super::record::{self, Damage, MARKER, Record};
use super::scratch::{Scratch, is_at};
use super::seen::{Seen, is_over, last_read};
use super::{CacheError, DAY, io_error, write_last};
use crate::progress::{Progress, Silent};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// An entry of the cache.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its folder.
    pub dir: PathBuf,
    /// The path of the log of its making, beside the folder; the log is kept after a failure.
    pub(crate) log: PathBuf,
    lock: PathBuf,
    seen: Seen,
    root: PathBuf,
    kind: PathBuf,
}

/// Who shares the lock of an entry while it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lock {
    /// The programs that this one starts, too. If this one is killed, they go on for a moment, and
    /// write into the folder.
    WithChildren,
    /// Only this program.
    Alone,
}

impl Entry {
    pub(super) fn new(root: &Path, kind: &str, key: &str) -> Self {
        let beside = |ending: &str| root.join(kind).join(format!("{key}.{ending}"));
        Entry {
            dir: root.join(kind).join(key),
            lock: beside("lock"),
            log: beside("log"),
            seen: Seen::new(beside("seen")),
            root: root.to_owned(),
            kind: root.join(kind),
        }
    }

    /// The marker; written last.
    pub(crate) fn marker(&self) -> PathBuf {
        self.dir.join(MARKER)
    }

    /// The maker's text in the marker; none if the entry is not complete. The files are not
    /// checked.
    pub fn complete(&self) -> Option<String> {
        self.read_marker().map(|(text, _)| text)
    }

    /// The maker's text, if the entry is complete, its files are unchanged, and `is_whole` accepts
    /// the text.
    pub(crate) fn whole(&self, is_whole: impl Fn(&str) -> bool) -> Option<String> {
        self.say_used();
        self.check(is_whole)
    }

    /// As `Entry::whole`, for callers that can't make the entry. The marker of a damaged entry is
    /// removed: cargo watches it, and makes the entry again.
    pub(crate) fn whole_or_unmarked(&self, is_whole: impl Fn(&str) -> bool) -> Option<String> {
        let found = self.whole(&is_whole);
        if found.is_none()
            && self.marker().exists()
            && let Some(_lock) = self.lock_if_free()
            && self.check(is_whole).is_none()
        {
            // If that fails, the next build finds the damage all the same.
            let _ = clear(&self.marker());
        }
        found
    }

    /// Every file that has changed since the entry was made, found by reading all of them; none if
    /// the entry is not complete.
    ///
    /// # Errors
    /// The folder can't be read.
    pub(crate) fn damages(&self) -> Option<io::Result<Vec<Damage>>> {
        let (_, record) = self.read_marker()?;
        Some(record.damages(&self.dir))
    }

    /// The maker's text of the entry. If it is not `Entry::whole`, `make` fills the empty folder
    /// in its final place and returns the text; no other process does so at the same time.
    ///
    /// # Errors
    /// `make` fails, or a file system operation does.
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
        self.make_here(make)
    }

    /// As [`Entry::get_or_make`], for files that can be moved: `make` fills a folder elsewhere,
    /// which is renamed into place when it is complete.
    ///
    /// # Errors
    /// `make` fails, or a file system operation does.
    pub(crate) fn get_or_move_in<E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        make: impl FnOnce(&Path) -> Result<String, E>,
    ) -> Result<String, E> {
        let _lock = match self.whole_or_lock(progress, is_whole, Lock::Alone)? {
            Ok(text) => return Ok(text),
            Err(lock) => lock,
        };
        let making = Scratch::new_in(&self.root.join(super::TMP))?;
        let dir = making.path().join("entry");
        fs::create_dir(&dir).map_err(io_error("create", &dir))?;
        let text = make(&dir)?;
        let fingerprint = finish(&dir, &text)?;
        fs::rename(&dir, &self.dir).map_err(io_error("move a folder to", &self.dir))?;
        let kind = File::open(&self.kind).and_then(|kind| kind.sync_all());
        kind.map_err(io_error("write", &self.kind))?;
        self.seen.remember(&fingerprint);
        Ok(text)
    }

    /// As [`Entry::get_or_make`], for a folder that changes with each use, such as a tree that is
    /// configured once and linked for each program. `work` has the folder to itself; what it leaves
    /// there is what the next use must find. If it is killed, the entry is made again.
    ///
    /// # Errors
    /// `make` or `work` fails, or a file system operation does.
    #[cfg(feature = "run")]
    pub(crate) fn get_or_make_and_change<T, E: From<CacheError>>(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        make: impl FnOnce(&Path) -> Result<String, E>,
        work: impl FnOnce(&Path, &str) -> Result<T, E>,
    ) -> Result<T, E> {
        self.say_used();
        let _lock = self.lock(progress, Lock::WithChildren)?;
        let text = match self.check(is_whole) {
            Some(text) => text,
            None => {
                self.empty()?;
                self.make_here(make)?
            }
        };
        let marker = self.marker();
        fs::remove_file(&marker).map_err(io_error("remove", &marker))?;
        let result = work(&self.dir, &text);
        // Without a marker the next use makes the entry again, so this may fail. It is not synced
        // either: files lost in a power cut show in their hashes.
        if let Ok(fingerprint) = mark(&self.dir, &text) {
            self.seen.remember(&fingerprint);
        }
        result
    }

    /// Fills the folder, which [`Entry::empty`] has emptied.
    fn make_here<E: From<CacheError>>(&self, make: impl FnOnce(&Path) -> Result<String, E>) -> Result<String, E> {
        make_folder(&self.root, &self.dir)?;
        let text = make(&self.dir)?;
        let fingerprint = finish(&self.dir, &text)?;
        self.seen.remember(&fingerprint);
        Ok(text)
    }

    fn read_marker(&self) -> Option<(String, Record)> {
        Record::unseal(&read_file(&self.marker()).ok()?)
    }

    /// The maker's text, if the marker and the files agree.
    fn check(&self, is_whole: impl Fn(&str) -> bool) -> Option<String> {
        let sealed = read_file(&self.marker()).ok()?;
        let (text, record) = Record::unseal(&sealed)?;
        if !is_whole(&text) {
            return None;
        }
        // Taken before the files are read: a file that changes meanwhile is read again the next
        // time.
        let fingerprint = record::fingerprint(&self.dir, &sealed).ok()?;
        if !self.seen.knows(&fingerprint) {
            if !record.damages(&self.dir).ok()?.is_empty() {
                return None;
            }
            self.seen.remember(&fingerprint);
        }
        Some(text)
    }

    /// Records once a day that the entry is in use. Removing unused entries needs the lock, so an
    /// entry is not removed between this check and its use.
    fn say_used(&self) {
        if self.seen.is_old() && self.lock(&Silent, Lock::Alone).is_ok() {
            self.seen.touch();
        }
    }

    /// Records once a day that a complete entry is in use, for callers that don't check its files.
    pub(crate) fn mark_used(&self) {
        let last = self.seen.last_use();
        let is_due = self.marker().is_file() && last.is_none_or(|last| is_over(last, DAY));
        // Whoever removed it meanwhile held the lock.
        if is_due
            && let Ok(_lock) = self.lock(&Silent, Lock::Alone)
            && self.marker().is_file()
        {
            match last {
                Some(_) => self.seen.touch(),
                None => self.seen.remember(""),
            }
        }
    }

    /// Whether its files are unchanged since it was made.
    pub(crate) fn is_whole(&self) -> bool {
        self.check(|_| true).is_some()
    }

    /// When it was last used, if known; or else when making it began.
    pub(super) fn last_use(&self) -> Option<SystemTime> {
        let begun = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let last = self.seen.last_use();
        last.or_else(|| begun(&self.dir)).or_else(|| begun(&self.lock))
    }

    /// Whether nobody has used it, or read one of its files, for that long.
    pub(super) fn is_unused_for(&self, limit: Duration) -> bool {
        self.last_use().is_none_or(|last| is_over(last, limit))
            && last_read(&self.dir).is_none_or(|last| is_over(last, limit))
    }

    /// The lock, if nobody holds it.
    pub(super) fn lock_if_free(&self) -> Option<File> {
        self.try_lock().ok().flatten()
    }

    /// The lock; none if somebody holds it.
    ///
    /// # Errors
    /// The lock can't be opened: this user may not write there, or the file system has no locks.
    pub(super) fn try_lock(&self) -> Result<Option<File>, CacheError> {
        let lock = lock::open(&self.lock)?;
        match lock.try_lock() {
            Err(TryLockError::Error(error)) => Err(io_error("lock", &self.lock)(error)),
            Ok(()) if is_at(&lock, &self.lock) => Ok(Some(lock)),
            _ => Ok(None),
        }
    }

    /// Removes the entry and everything that belongs to it, if `is_due` still holds and nobody has
    /// the lock. Returns whether it is gone.
    pub(super) fn remove_if(&self, is_due: impl Fn(&Entry) -> bool) -> bool {
        let Some(_lock) = self.lock_if_free().filter(|_| is_due(self)) else {
            return false;
        };
        let is_gone = self
            .empty()
            .and_then(|()| clear(&self.log))
            .and_then(|()| clear(&self.lock));
        is_gone.is_ok()
    }

    /// The marker's text of an undamaged entry; or else the lock, with the folder removed.
    fn whole_or_lock(
        &self,
        progress: &dyn Progress,
        is_whole: impl Fn(&str) -> bool,
        lock: Lock,
    ) -> Result<Result<String, File>, CacheError> {
        if let Some(text) = self.whole(&is_whole) {
            return Ok(Ok(text));
        }
        let lock = self.lock(progress, lock)?;
        if let Some(text) = self.check(is_whole) {
            return Ok(Ok(text));
        }
        self.empty()?;
        Ok(Err(lock))
    }

    /// Removes a damaged entry, or one that a killed run left.
    fn empty(&self) -> Result<(), CacheError> {
        // The marker is removed first: a partly removed entry must not look complete.
        for path in [&self.marker(), &self.dir, self.seen.path()] {
            clear(path)?;
        }
        if self.log.is_dir() {
            clear(&self.log)?;
        }
        Ok(())
    }

    fn lock(&self, progress: &dyn Progress, who: Lock) -> Result<File, CacheError> {
        make_folder(&self.root, &self.kind)?;
        loop {
            let file = lock::open(&self.lock)?;
            if who == Lock::WithChildren {
                let inherited = rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty());
                inherited.map_err(|error| io_error("hand on", &self.lock)(error.into()))?;
            }
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    progress.begin("waiting for another build of the same");
                    file.lock().map_err(io_error("lock", &self.lock))?;
                    progress.end();
                }
                Err(TryLockError::Error(error)) => return Err(io_error("lock", &self.lock)(error)),
            }
            if is_at(&file, &self.lock) {
                return Ok(file);
            }
        }
    }
}

/// Completes a folder that was filled, and returns its fingerprint: the files reach the disk before
/// the marker does.
fn finish(dir: &Path, text: &str) -> Result<String, CacheError> {
    record::sync(dir).map_err(io_error("write", dir))?;
    let fingerprint = mark(dir, text)?;
    age(&dir.join(MARKER));
    Ok(fingerprint)
}

/// Writes the marker for the files of a folder, and returns its fingerprint.
fn mark(dir: &Path, text: &str) -> Result<String, CacheError> {
    let (record, files) = Record::with_stamps(dir).map_err(io_error("read", dir))?;
    let sealed = record.seal(text);
    let marker = dir.join(MARKER);
    let written = write_last(&marker, sealed.as_bytes()).and_then(|()| File::open(dir)?.sync_all());
    written.map_err(io_error("write", &marker))?;
    Ok(record::combined(&files, &sealed))
}

/// Sets the time of a file or folder to the distant past. Cargo watches what build scripts name,
/// and would run a build script once more if a file was newer than the start of the script that
/// made it.
pub(crate) fn age(path: &Path) {
    const YEAR_1980: Duration = Duration::from_secs(315_532_800);
    // A folder can't be opened for writing, and does not have to be.
    let file = File::options().append(true).open(path).or_else(|_| File::open(path));
    // If the file system does not store such times, the script only runs once more.
    let _ = file.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + YEAR_1980));
}

#[cfg(test)]
mod tests;
