//! Making room in the cache: anything in the way of selfe's folders and files is removed.

use super::{CacheError, io_error};
use std::fs::{self, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The permissions that this user needs on a folder.
const OWN: u32 = 0o700;

/// Removes a path: a folder with its contents, a file or a link.
///
/// # Errors
/// It can't be removed.
pub(crate) fn clear(path: &Path) -> Result<(), CacheError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path).or_else(|error| match error.kind() {
            ErrorKind::PermissionDenied => {
                open_up(path, &meta);
                fs::remove_dir_all(path)
            }
            _ => Err(error),
        }),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(io_error("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Restores this user's permissions on its own folders.
fn open_up(dir: &Path, meta: &Metadata) {
    allow(dir, meta);
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => open_up(&entry.path(), &meta),
            _ => {}
        }
    }
}

fn allow(dir: &Path, meta: &Metadata) {
    let mode = meta.permissions().mode();
    if mode & OWN != OWN {
        // If that fails, the operation that needs them reports it.
        let _ = fs::set_permissions(dir, Permissions::from_mode(mode | OWN));
    }
}

/// Creates a folder of the cache and its parents. A file or a broken link in their place is
/// removed; a link to a folder is used.
///
/// # Errors
/// The folder can't be created.
pub(crate) fn make_folder(root: &Path, dir: &Path) -> Result<(), CacheError> {
    match fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => {
            allow(dir, &meta);
            return Ok(());
        }
        _ => {}
    }
    match fs::create_dir_all(dir) {
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {}
        other => return other.map_err(io_error("create", dir)),
    }
    let mut above: Vec<&Path> = dir.ancestors().take_while(|one| *one != root).collect();
    while let Some(one) = above.pop() {
        if fs::symlink_metadata(one).is_ok() && !one.is_dir() {
            clear(one)?;
        }
    }
    fs::create_dir_all(dir).map_err(io_error("create", dir))
}

/// Reads a text file; anything else, such as a pipe, is an error rather than waited for.
///
/// # Errors
/// It is not a regular file, or can't be read.
pub(crate) fn read_file(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_stays_in_the_way_of_a_folder() {
        type Obstacle = fn(&Path);
        let obstacles: &[(&str, Obstacle)] = &[
            ("nothing", |_| {}),
            ("a file", |at| fs::write(at, "").unwrap()),
            ("a link to nowhere", |at| symlink("nowhere", at).unwrap()),
            ("a link to a file", |at| symlink("/etc/passwd", at).unwrap()),
            ("a folder without permission", |at| {
                fs::create_dir(at).unwrap();
                fs::set_permissions(at, Permissions::from_mode(0o000)).unwrap();
            }),
        ];
        for (name, obstacle) in obstacles {
            let root = tempfile::tempdir().unwrap();
            obstacle(&root.path().join("kind"));
            let dir = root.path().join("kind/folder");
            make_folder(root.path(), &root.path().join("kind")).unwrap_or_else(|error| panic!("{name}: {error}"));
            make_folder(root.path(), &dir).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(dir.is_dir(), "{name}");
            let mode = fs::metadata(root.path().join("kind")).unwrap().permissions().mode();
            assert_eq!(mode & OWN, OWN, "{name}");
        }
    }

    #[test]
    fn a_link_to_a_folder_serves_and_outlives_what_is_cleared() {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), root.path().join("kind")).unwrap();
        make_folder(root.path(), &root.path().join("kind/folder")).unwrap();
        assert!(elsewhere.path().join("folder").is_dir());
        clear(&root.path().join("kind")).unwrap();
        assert!(elsewhere.path().join("folder").is_dir());
    }

    #[test]
    fn a_folder_without_permission_is_cleared() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("a");
        fs::create_dir_all(dir.join("b")).unwrap();
        fs::write(dir.join("b/c"), "").unwrap();
        for one in [dir.join("b"), dir.clone()] {
            fs::set_permissions(one, Permissions::from_mode(0o000)).unwrap();
        }
        clear(&dir).unwrap();
        assert!(!dir.exists());
        clear(&dir).unwrap();
    }
}
