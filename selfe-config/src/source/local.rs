//! A folder of the user's: used as it is, and known by its content.

use super::{Identity, Source, SourceError};
use crate::cache::hex;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The folder with the hash of every file in it, `.git` left out.
pub fn resolve(dir: &Path) -> Result<Source, SourceError> {
    let dir = fs::canonicalize(dir).map_err(read_error(dir))?;
    let mut hasher = Sha256::new();
    hash_dir(&mut hasher, &dir, Path::new(""))?;
    Ok(Source {
        dir,
        identity: Identity::Content(hex(&hasher.finalize())),
    })
}

fn hash_dir(hasher: &mut Sha256, root: &Path, below: &Path) -> Result<(), SourceError> {
    let dir = root.join(below);
    let mut names = Vec::new();
    for entry in fs::read_dir(&dir).map_err(read_error(&dir))? {
        names.push(entry.map_err(read_error(&dir))?.file_name());
    }
    names.sort();
    for name in names.iter().filter(|name| *name != ".git" && *name != "__pycache__") {
        let below = below.join(name);
        let path = root.join(&below);
        let kind = fs::symlink_metadata(&path).map_err(read_error(&path))?.file_type();
        if kind.is_dir() {
            hash_dir(hasher, root, &below)?;
            continue;
        }
        let named = below.as_os_str().as_encoded_bytes();
        hasher.update((named.len() as u64).to_le_bytes());
        hasher.update(named);
        let mut content = Sha256::new();
        if kind.is_symlink() {
            let target = fs::read_link(&path).map_err(read_error(&path))?;
            content.update(target.as_os_str().as_encoded_bytes());
        } else if kind.is_file() {
            let mut file = File::open(&path).map_err(read_error(&path))?;
            io::copy(&mut file, &mut HashWriter(&mut content)).map_err(read_error(&path))?;
        }
        hasher.update(content.finalize());
    }
    Ok(())
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
        fs::write(dir.path().join("sub/a"), "Text").unwrap();
        let second = identity();
        assert_ne!(second, first);
        fs::rename(dir.path().join("sub/a"), dir.path().join("sub/b")).unwrap();
        assert_ne!(identity(), second);
    }
}
