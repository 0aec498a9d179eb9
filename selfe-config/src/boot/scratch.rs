//! The folder of an image for a single boot.
//!
//! Its owner holds the lock of a file in it. A killed owner can't remove its folder, but loses the
//! lock: the next run removes every folder whose lock nobody holds.

use super::interrupt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "selfe-run-";
/// The number of random characters after the prefix.
const RANDOM: usize = 6;
const LOCK: &str = "lock";
/// A folder without a lock that is younger than this is still being made.
const BEING_MADE: Duration = Duration::from_secs(60);
/// Another run may remove a new folder before it is locked, but hardly this many times.
const ATTEMPTS: usize = 16;

/// A folder that is removed when this value is dropped, by a signal that ends the process, or else
/// by the next run.
#[derive(Debug)]
#[must_use = "the folder is removed when this is dropped"]
pub struct Scratch {
    dir: PathBuf,
    _lock: File,
}

impl Scratch {
    /// A new folder in the system's temporary folder. What killed runs left there is removed.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn new() -> io::Result<Self> {
        Self::new_in(&std::env::temp_dir())
    }

    /// The same in another folder.
    pub(super) fn new_in(parent: &Path) -> io::Result<Self> {
        sweep(parent);
        for _ in 0..ATTEMPTS {
            let dir = create(parent)?;
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
        // If that fails, the next run tries.
        let _ = fs::remove_dir_all(&self.dir);
        interrupt::no_longer_removes(&self.dir);
    }
}

/// A new folder that nobody else may read: its content proves which messages are the root task's.
fn create(parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

/// The lock of a new folder; none if another run removed the folder first.
fn own(dir: &Path) -> io::Result<Option<File>> {
    let path = dir.join(LOCK);
    let lock = match File::create_new(&path) {
        Err(_) if !dir.exists() => return Ok(None),
        created => created?,
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // On a file system without locks nobody considers the folder a dead run's.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(path.exists().then_some(lock)),
    }
}

/// Removes the folders of processes that have ended. A failure only wastes space.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        // A common temporary folder is writable by others, and this user may have a folder with the
        // same prefix.
        let is_ours = is_name(&entry.file_name().to_string_lossy())
            && entry.metadata().is_ok_and(|data| data.is_dir() && is_private(&data));
        if is_ours {
            remove_dead(&entry.path());
        }
    }
}

fn is_name(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX);
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether a folder belongs to this user and is private, as these folders are.
#[cfg(unix)]
fn is_private(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.uid() == rustix::process::geteuid().as_raw() && data.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

fn remove_dead(dir: &Path) {
    let path = dir.join(LOCK);
    match fs::symlink_metadata(&path) {
        // Opening anything else, such as a FIFO, may block.
        Ok(data) if data.is_file() => {
            // The lock is held until the folder is gone, so that nobody else uses it.
            let lock = File::options().write(true).open(&path);
            if lock.as_ref().is_ok_and(|lock| lock.try_lock().is_ok()) {
                let _ = fs::remove_dir_all(dir);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let modified = dir.metadata().and_then(|data| data.modified());
            if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > BEING_MADE)) {
                let _ = fs::remove_dir_all(dir);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::os::unix::fs::DirBuilderExt;
    use std::time::SystemTime;

    fn create_as(dir: &Path, mode: u32) {
        fs::DirBuilder::new().mode(mode).create(dir).unwrap();
    }

    #[test]
    fn a_dead_run_s_folder_is_removed_and_a_living_one_s_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("selfe-run-dead00");
        let others = parent.path().join("somebody's");
        for dir in [&dead, &others] {
            create_as(dir, 0o700);
            fs::write(dir.join(LOCK), "").unwrap();
            fs::write(dir.join("kernel.elf"), "x").unwrap();
        }
        // Still being made.
        create_as(&parent.path().join("selfe-run-new000"), 0o700);
        std::os::unix::fs::symlink(&others, parent.path().join("selfe-run-link00")).unwrap();
        let living = Scratch::new_in(parent.path()).unwrap();
        assert!(!dead.exists() && others.join("kernel.elf").exists());
        let second = Scratch::new_in(parent.path()).unwrap();
        assert!(living.path().exists() && second.path() != living.path());
        // So that the next run recognises it if this one is killed.
        let name = living.path().file_name().unwrap().to_string_lossy();
        assert!(is_name(&name) && is_private(&living.path().symlink_metadata().unwrap()));
        drop(living);
        drop(second);
        assert_eq!(
            left(parent.path()),
            ["selfe-run-link00", "selfe-run-new000", "somebody's"]
        );
    }

    #[test]
    fn what_only_resembles_a_run_s_folder_stays() {
        let parent = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * BEING_MADE;
        for (name, mode) in [
            ("selfe-run-Old001", 0o700),
            ("selfe-run-output", 0o755),
            ("selfe-run-logs", 0o700),
            ("selfe-run-my-log", 0o700),
        ] {
            let dir = parent.path().join(name);
            create_as(&dir, mode);
            fs::write(dir.join("file"), "x").unwrap();
            File::open(&dir).unwrap().set_modified(old).unwrap();
        }
        sweep(parent.path());
        assert_eq!(
            left(parent.path()),
            ["selfe-run-logs", "selfe-run-my-log", "selfe-run-output"]
        );
    }

    #[test]
    fn a_lock_that_is_not_a_file_blocks_nobody() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("selfe-run-fifo00");
        create_as(&dir, 0o700);
        let made = std::process::Command::new("mkfifo").arg(dir.join(LOCK)).status();
        assert!(made.unwrap().success());
        sweep(parent.path());
        assert!(dir.exists());
    }

    fn left(parent: &Path) -> Vec<String> {
        let names = fs::read_dir(parent).unwrap();
        let mut left: Vec<_> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        left
    }
}
