//! Temporary folders that the next run removes where this one is killed.
//!
//! Beside each lies a file that this program holds locked, and the programs that it starts: as long as one of them lives, nobody
//! takes the folder for left over.

use super::place::{clear, make_folder};
use super::{CacheError, io_error};
use std::fs::{self, File};
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
    /// A new empty folder in `parent`, which is made where it is not there. What dead programs left there is removed first.
    ///
    /// # Errors
    /// The file system refused.
    pub fn new_in(parent: &Path) -> Result<Self, CacheError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        make_folder(parent, parent)?;
        sweep(parent);
        loop {
            let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let lock_path = parent.join(format!("{name}.{LOCK}"));
            let lock = match File::options().write(true).create_new(true).open(&lock_path) {
                Ok(lock) => lock,
                // Of another program with this one's number: of another container, or dead and not swept yet.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(io_error("create", &lock_path)(error)),
            };
            // Somebody who sweeps may have been quicker: then the name is theirs to remove.
            if lock.try_lock().is_err() || !is_at(&lock, &lock_path) {
                continue;
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
        // Where that fails the next run does it.
        if clear(&self.dir).is_ok() {
            let _ = fs::remove_file(&self.lock_path);
        }
    }
}

/// Removes the folders of dead programs. Where that fails there is only less space.
pub fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.extension().is_none_or(|ending| ending != LOCK) {
            continue;
        }
        let Ok(lock) = File::options().write(true).open(&path) else {
            continue;
        };
        let is_left_over = lock.try_lock().is_ok() && is_at(&lock, &path);
        if is_left_over && clear(&path.with_extension("")).is_ok() {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether an open file is still the one at that path.
pub fn is_at(file: &File, path: &Path) -> bool {
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
        // What a killed program leaves: a lock that nobody holds, with a folder or without.
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
        // Another test's child may have inherited the lock, and ends soon.
        for _ in 0..100 {
            sweep(dir.path());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(!kept.exists());
    }
}
