//! Temporary folders that the next run removes if this one is killed.
//!
//! Beside each folder is a file that this program and the programs it starts hold locked: as long
//! as one of them runs, nobody takes the folder for a leftover.

use super::clear::{clear, make_folder};
use super::{CacheError, io_error};
use super::{lock, names};
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const LOCK: &str = "lock";

/// A temporary folder, removed when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// A new empty folder in `parent`, which is created if it does not exist. Leftovers of dead
    /// programs there are removed first.
    ///
    /// The folder can't be created.
    /// The file system refused.
    pub(crate) fn new_in(parent: &Path) -> Result<Self, CacheError> {
        Self::new_locked(parent, File::try_lock)
    }

    fn new_locked(parent: &Path, try_lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Self, CacheError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        make_folder(parent, parent)?;
        sweep(parent);
        loop {
            let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let lock_path = parent.join(format!("{name}.{LOCK}"));
            let lock = match File::options().write(true).create_new(true).open(&lock_path) {
                Ok(lock) => lock,
                // It belongs to another program with the same process id: in another container, or
                // dead and not removed yet.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(io_error("create", &lock_path)(error)),
            };
            match try_lock(&lock) {
                Ok(()) if is_at(&lock, &lock_path) => {}
                // Another sweep was quicker: the name is theirs to remove.
                Ok(()) | Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(error)) => {
                    let _ = fs::remove_file(&lock_path);
                    return Err(io_error("lock", &lock_path)(error));
                }
            }
            let inherited = rustix::io::fcntl_setfd(&lock, rustix::io::FdFlags::empty());
            inherited.map_err(|error| io_error("hand on", &lock_path)(error.into()))?;
            let dir = parent.join(name);
            clear(&dir)?;
            fs::create_dir(&dir).map_err(io_error("create", &dir))?;
            return Ok(Scratch {
                dir,
                lock_path,
                _lock: lock,
            });
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // If that fails, the next run does it.
        if clear(&self.dir).is_ok() {
            let _ = fs::remove_file(&self.lock_path);
        }
    }
}

/// Removes the folders of dead programs. A failure only wastes space.
pub(crate) fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let is_ours = path.extension().is_some_and(|ending| ending == LOCK)
            && path
                .file_stem()
                .and_then(|name| name.to_str())
                .is_some_and(names::is_scratch);
        if !is_ours {
            continue;
        }
        let is_free = |lock: &File| lock.try_lock().is_ok() && is_at(lock, &path);
        let lock = lock::open_existing(&path).ok().filter(is_free);
        // As long as we hold the lock, nobody else uses the folder.
        let is_left_over = lock.is_some() || lock::is_odd(&path);
        if is_left_over && clear(&path.with_extension("")).is_ok() {
            let _ = clear(&path);
        }
    }
}

/// Whether an open file is still the one at that path.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let ids = |meta: fs::Metadata| (meta.dev(), meta.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => ids(held) == ids(there),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn only_the_folders_of_the_dead_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let living = Scratch::new_in(dir.path()).unwrap();
        fs::write(living.path().join("file"), "").unwrap();
        // Leftovers of a killed program: an unlocked lock file, with or without a folder.
        fs::create_dir_all(dir.path().join("4000000-0/sub")).unwrap();
        for name in ["4000000-0.lock", "4000000-1.lock"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let other = Scratch::new_in(dir.path()).unwrap();
        assert_eq!(names(dir.path()).len(), 4, "{:?}", names(dir.path()));
        assert!(living.path().join("file").exists());
        drop((living, other));
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn what_others_put_there_stays_and_a_pipe_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let others = ["notes-1", "notes-1.lock", "yarn.lock", "4000000.lock", "4000000"];
        for name in others {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let pipe = dir.path().join("4000000-0.lock");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        drop(Scratch::new_in(dir.path()).unwrap());
        let mut left = names(dir.path());
        left.sort();
        assert_eq!(
            left,
            ["4000000", "4000000.lock", "notes-1", "notes-1.lock", "yarn.lock"]
        );
    }

    #[test]
    fn a_file_system_without_locks_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let refused = |_: &File| Err(TryLockError::Error(rustix::io::Errno::NOLCK.into()));
        let error = Scratch::new_locked(dir.path(), refused).unwrap_err();
        assert!(error.to_string().starts_with("can't lock "), "{error}");
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_program_that_it_started_keeps_the_folder_of_the_dead() {
        let dir = tempfile::tempdir().unwrap();
        let (lock_path, kept) = (dir.path().join("4000000-0.lock"), dir.path().join("4000000-0"));
        fs::create_dir(&kept).unwrap();
        let lock = File::create(&lock_path).unwrap();
        lock.lock().unwrap();
        rustix::io::fcntl_setfd(&lock, rustix::io::FdFlags::empty()).unwrap();
        let mut child = std::process::Command::new("sleep").arg("0.3").spawn().unwrap();
        drop(lock);
        sweep(dir.path());
        assert!(kept.exists(), "the child may still write there");
        child.wait().unwrap();
        // Another test's child process may have inherited the lock, and ends soon.
        for _ in 0..100 {
            sweep(dir.path());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(!kept.exists());
    }
}
