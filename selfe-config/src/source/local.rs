//! A user's folder: used as it is, and identified by its content.

use super::{Identity, Source, SourceError};
use crate::cache::hex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::Path;

/// More files than any kernel's tree has: a symbolic link leads somewhere unintended.
const MOST_FILES: u64 = 200_000;

/// Marks a folder of generated files that may be deleted, such as cargo's target/ or selfe's cache.
/// The kernel's own build writes there if the source folder contains one.
const CACHE_TAG: &str = "CACHEDIR.TAG";

/// The folder with the hash of every file in it, except for `.git` and cache folders.
pub fn resolve(dir: &Path) -> Result<Source, SourceError> {
    let dir = fs::canonicalize(dir).map_err(read_error(dir))?;
    let identity = identity(&dir)?;
    Ok(Source { dir, identity })
}

/// The current content of a folder: names, bytes and execute permissions. Symbolic links are
/// followed, also to files outside the folder.
pub(crate) fn identity(dir: &Path) -> Result<Identity, SourceError> {
    let mut walk = Walk {
        root: dir,
        hasher: Sha256::new(),
        folders: HashMap::new(),
        files: 0,
    };
    let meta = fs::metadata(dir).map_err(read_error(dir))?;
    walk.folder(Path::new(""), (meta.dev(), meta.ino()))?;
    Ok(Identity::Content(hex(&walk.hasher.finalize())))
}

struct Walk<'a> {
    root: &'a Path,
    hasher: Sha256,
    /// The folders visited so far, by device and inode, with their number: a folder that links lead
    /// back to is not read again.
    folders: HashMap<(u64, u64), usize>,
    files: u64,
}

impl Walk<'_> {
    fn folder(&mut self, below: &Path, id: (u64, u64)) -> Result<(), SourceError> {
        let dir = self.root.join(below);
        if !below.as_os_str().is_empty() && dir.join(CACHE_TAG).is_file() {
            return Ok(());
        }
        let number = self.folders.len();
        if let Some(earlier) = self.folders.insert(id, number) {
            self.folders.insert(id, earlier);
            self.add(below.as_os_str(), b"folder seen before", earlier.to_string().as_bytes());
            return Ok(());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&dir).map_err(read_error(&dir))? {
            names.push(entry.map_err(read_error(&dir))?.file_name());
        }
        names.sort();
        for name in names.iter().filter(|name| *name != ".git" && *name != "__pycache__") {
            self.one(&below.join(name))?;
        }
        Ok(())
    }

    fn one(&mut self, below: &Path) -> Result<(), SourceError> {
        let path = self.root.join(below);
        let meta = match fs::metadata(&path) {
            Ok(meta) => meta,
            Err(error) => {
                // A broken link, or a cycle of links.
                let target = fs::read_link(&path).map_err(|_| read_error(&path)(error))?;
                self.add(below.as_os_str(), b"broken link", target.as_os_str().as_encoded_bytes());
                return Ok(());
            }
        };
        let kind = meta.file_type();
        if kind.is_dir() {
            return self.folder(below, (meta.dev(), meta.ino()));
        }
        if !kind.is_file() {
            // Opening it could block forever.
            let what = match kind {
                kind if kind.is_fifo() => "a named pipe",
                kind if kind.is_socket() => "a socket",
                _ => "a device",
            };
            return Err(SourceError::NotAFile { path, what });
        }
        self.files += 1;
        if self.files > MOST_FILES {
            let dir = self.root.to_owned();
            return Err(SourceError::TooMuch { dir, path });
        }
        let mut content = Sha256::new();
        let mut file = File::open(&path).map_err(read_error(&path))?;
        io::copy(&mut file, &mut HashWriter(&mut content)).map_err(read_error(&path))?;
        let is_program = meta.permissions().mode() & 0o100 != 0;
        let kind: &[u8] = if is_program { b"program" } else { b"file" };
        self.add(below.as_os_str(), kind, &content.finalize());
        Ok(())
    }

    fn add(&mut self, below: &OsStr, kind: &[u8], content: &[u8]) {
        for part in [below.as_encoded_bytes(), kind, content] {
            self.hasher.update((part.len() as u64).to_le_bytes());
            self.hasher.update(part);
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read_error(path: &Path) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |source| SourceError::Read { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_changed_or_renamed_file_changes_the_identity() {
        let dir = tempfile::tempdir().unwrap();
        let identity = || resolve(dir.path()).unwrap().identity;
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/a"), "text").unwrap();
        let first = identity();
        fs::create_dir(dir.path().join(".git")).unwrap();
        fs::write(dir.path().join(".git/index"), "changes all the time").unwrap();
        assert_eq!(identity(), first);
        fs::create_dir(dir.path().join("target")).unwrap();
        fs::write(dir.path().join("target/CACHEDIR.TAG"), "").unwrap();
        fs::write(dir.path().join("target/log"), "changes while the kernel is built").unwrap();
        assert_eq!(identity(), first);
        fs::write(dir.path().join("sub/a"), "Text").unwrap();
        let second = identity();
        assert_ne!(second, first);
        fs::rename(dir.path().join("sub/a"), dir.path().join("sub/b")).unwrap();
        let third = identity();
        assert_ne!(third, second);
        fs::set_permissions(dir.path().join("sub/b"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_ne!(identity(), third);
    }

    #[test]
    fn what_stands_behind_a_link_counts() {
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir_all(outside.path().join("folder/sub")).unwrap();
        for name in ["file", "folder/sub/a"] {
            fs::write(outside.path().join(name), "text").unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("inside")).unwrap();
        fs::write(dir.path().join("inside/b"), "text").unwrap();
        for (target, name) in [
            (outside.path().join("file"), "to-file"),
            (outside.path().join("folder"), "to-folder"),
            ("inside".into(), "to-inside"),
            ("to-file".into(), "to-link"),
        ] {
            symlink(target, dir.path().join(name)).unwrap();
        }
        let source = resolve(dir.path()).unwrap();
        let mut before = source.identity.clone();
        for changed in [
            outside.path().join("file"),
            outside.path().join("folder/sub/a"),
            dir.path().join("inside/b"),
        ] {
            fs::write(&changed, "Text").unwrap();
            let now = identity(dir.path()).unwrap();
            assert_ne!(now, before, "{}", changed.display());
            assert_ne!(now, source.identity);
            before = now;
        }
    }

    #[test]
    fn links_in_circles_and_to_nowhere_are_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        let now = || identity(dir.path()).unwrap();
        let mut before = now();
        for (target, name) in [
            (".", "here"),
            ("nowhere", "broken"),
            ("itself", "itself"),
            ("..", "above-sub/up"),
        ] {
            let _ = fs::create_dir(dir.path().join("above-sub"));
            symlink(target, dir.path().join(name)).unwrap();
            assert_ne!(now(), before, "{name}");
            before = now();
        }
        // Every folder links to every folder: there are countless paths, but few folders.
        for one in 0..20 {
            fs::create_dir(dir.path().join(format!("sub{one}"))).unwrap();
        }
        for (one, other) in (0..20).flat_map(|one| (0..20).map(move |other| (one, other))) {
            symlink(format!("../sub{other}"), dir.path().join(format!("sub{one}/{other}"))).unwrap();
        }
        assert_eq!(now(), now());
        fs::remove_file(dir.path().join("broken")).unwrap();
        before = now();
        symlink("elsewhere", dir.path().join("broken")).unwrap();
        assert_ne!(now(), before);
    }

    #[test]
    fn what_is_no_file_is_told_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let told = |dir: &Path| resolve(dir).unwrap_err().to_string();
        assert!(told(dir.path()).contains("is a named pipe"), "{}", told(dir.path()));
        fs::remove_file(&pipe).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        assert!(told(dir.path()).contains("is a socket"));
        fs::remove_file(dir.path().join("socket")).unwrap();
        symlink("/dev/zero", dir.path().join("endless")).unwrap();
        assert!(told(dir.path()).contains("is a device"));
    }
}
