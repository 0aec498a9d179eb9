//! The folder of an image that exists for one boot.
//!
//! Its owner holds the lock of a file in it. A killed owner can't remove its folder, and its lock goes with it: the next run
//! removes every folder whose lock nobody holds.

use super::interrupt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "selfe-run-";
const LOCK: &str = "lock";
/// A folder without a lock is one that is being made, if it is not older.
const BEING_MADE: Duration = Duration::from_secs(60);
/// Another run's sweep may take a new folder for a dead one's before it has a lock, but hardly so often.
const ATTEMPTS: usize = 16;

/// A folder that is removed with this value, by a signal that ends the process, or else by the next run.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
    _lock: File,
}

impl Scratch {
    /// A new folder among the system's temporary ones. What killed runs left there is removed.
    ///
    /// # Errors
    /// No folder can be made there.
    pub fn new() -> io::Result<Self> {
        Self::new_in(&std::env::temp_dir())
    }

    fn new_in(parent: &Path) -> io::Result<Self> {
        sweep(parent);
        for _ in 0..ATTEMPTS {
            let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
            interrupt::removes(dir.path());
            let owned = own(dir.path());
            if !matches!(owned, Ok(Some(_))) {
                interrupt::no_longer_removes(dir.path());
            }
            if let Some(lock) = owned? {
                return Ok(Scratch {
                    dir: dir.keep(),
                    _lock: lock,
                });
            }
        }
        Err(io::Error::other("other processes remove each new folder there"))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where that fails, the next run tries.
        let _ = fs::remove_dir_all(&self.dir);
        interrupt::no_longer_removes(&self.dir);
    }
}

/// The lock of a new folder; none where a sweep was quicker.
fn own(dir: &Path) -> io::Result<Option<File>> {
    let path = dir.join(LOCK);
    let lock = match File::create_new(&path) {
        Err(_) if !dir.exists() => return Ok(None),
        created => created?,
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // Where the file system has no locks, nobody takes the folder for a dead one's.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(path.exists().then_some(lock)),
    }
}

/// Removes the folders of processes that are no more. Where that fails there is only less space.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        // Only folders themselves: others can write to a common temporary folder.
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_ours && is_dead(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_dead(dir: &Path) -> bool {
    match File::options().write(true).open(dir.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let modified = dir.metadata().and_then(|data| data.modified());
            modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > BEING_MADE))
        }
        // Another user's.
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_run_s_folder_is_removed_and_a_living_one_s_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("selfe-run-dead");
        let others = parent.path().join("somebody's");
        for dir in [&dead, &others] {
            fs::create_dir(dir).unwrap();
            fs::write(dir.join(LOCK), "").unwrap();
            fs::write(dir.join("kernel.elf"), "x").unwrap();
        }
        // Just being made.
        fs::create_dir(parent.path().join("selfe-run-new")).unwrap();
        std::os::unix::fs::symlink(&others, parent.path().join("selfe-run-link")).unwrap();
        let living = Scratch::new_in(parent.path()).unwrap();
        assert!(!dead.exists() && others.join("kernel.elf").exists());
        let second = Scratch::new_in(parent.path()).unwrap();
        assert!(living.path().exists() && second.path() != living.path());
        drop(living);
        drop(second);
        let mut left: Vec<_> = fs::read_dir(parent.path())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["selfe-run-link", "selfe-run-new", "somebody's"]);
    }
}
