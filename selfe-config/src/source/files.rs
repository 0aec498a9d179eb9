//! A commit's files on disk, byte for byte as the repository has them.
//!
//! git's own checkout is not used: attributes, filters, hooks and line endings, from the user or
//! the repository, could change the files.

use super::command::{Failure, run_with};
use crate::cache::CacheError;
use crate::cache::io_error;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Component, Path, PathBuf};

/// Why a commit's files can't be written.
pub enum FilesError {
    /// git failed.
    Git(&'static str, Failure),
    /// A file system operation failed.
    Cache(CacheError),
}

impl From<CacheError> for FilesError {
    fn from(error: CacheError) -> Self {
        FilesError::Cache(error)
    }
}

/// One file of a commit.
struct Blob {
    mode: u32,
    id: String,
    path: PathBuf,
}

const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const PROGRAM_BIT: u32 = 0o100;

/// Writes the files of a commit into an empty folder. `repository` is git's own folder, and has
/// space for lists.
pub(crate) fn write(repository: &Path, commit: &str, dir: &Path) -> Result<(), FilesError> {
    let listed = run_with(
        Some(repository),
        None,
        None,
        &["ls-tree", "-r", "-z", "--full-tree", commit],
    );
    let listed = listed.map_err(|failure| FilesError::Git("ls-tree", failure))?;
    let blobs = parse(&listed).map_err(|cause| FilesError::Git("ls-tree", Failure::Said(cause)))?;
    let (links, files): (Vec<_>, Vec<_>) = blobs.into_iter().partition(|blob| blob.mode == LINK);
    // Links last, so that nothing is written through one.
    for blobs in [&files, &links] {
        let ids = list(repository, blobs.iter().map(|blob| blob.id.as_bytes()))?;
        let contents = run_with(Some(repository), None, Some(ids), &["cat-file", "--batch"]);
        let contents = contents.map_err(|failure| FilesError::Git("cat-file", failure))?;
        let mut rest = &contents[..];
        for blob in blobs {
            let content = next(&mut rest, &blob.id).ok_or_else(|| {
                let cause = format!("it has no {}, which is {}", blob.id, blob.path.display());
                FilesError::Git("cat-file", Failure::Said(cause))
            })?;
            write_one(&dir.join(&blob.path), blob.mode, content)?;
        }
    }
    verify(repository, &files, dir)
}

/// What `ls-tree -z` prints.
fn parse(listed: &[u8]) -> Result<Vec<Blob>, String> {
    let mut blobs = Vec::new();
    for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let shown = || String::from_utf8_lossy(line).into_owned();
        let tab = line.iter().position(|byte| *byte == b'\t').ok_or_else(shown)?;
        let head = String::from_utf8_lossy(&line[..tab]).into_owned();
        let path = PathBuf::from(OsStr::from_bytes(&line[tab + 1..]));
        let [mode, _, id] = head.split(' ').collect::<Vec<_>>()[..] else {
            return Err(shown());
        };
        let mode = u32::from_str_radix(mode, 8).map_err(|_| shown())?;
        if !is_inside(&path) {
            return Err(format!("the commit has a file {}, which is refused", path.display()));
        }
        // A submodule, which no build of the kernel needs.
        if mode != SUBMODULE {
            let id = id.to_owned();
            blobs.push(Blob { mode, id, path });
        }
    }
    Ok(blobs)
}

/// Whether a path stays in its folder, outside of git's own folder, and on one line.
fn is_inside(path: &Path) -> bool {
    let is_git_s = |name: &OsStr| name.eq_ignore_ascii_case(".git");
    let mut parts = path.components();
    parts.all(|part| matches!(part, Component::Normal(name) if !is_git_s(name)))
        && !path.as_os_str().as_bytes().contains(&b'\n')
}

/// A file with one line for each, opened for reading.
fn list<'a>(repository: &Path, lines: impl Iterator<Item = &'a [u8]>) -> Result<File, CacheError> {
    let path = repository.join("selfe-list");
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    fs::write(&path, text).map_err(io_error("write", &path))?;
    File::open(&path).map_err(io_error("read", &path))
}

/// Reads the next object from the output of `cat-file --batch`, and checks that it is that one.
fn next<'a>(rest: &mut &'a [u8], id: &str) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, body) = (std::str::from_utf8(&rest[..end]).ok()?, &rest[end + 1..]);
    let size: usize = head.strip_prefix(id)?.strip_prefix(" blob ")?.parse().ok()?;
    let content = body.get(..size)?;
    *rest = body.get(size + 1..)?;
    Some(content)
}

fn write_one(path: &Path, mode: u32, content: &[u8]) -> Result<(), CacheError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io_error("create", parent))?;
    }
    if mode == LINK {
        return symlink(OsStr::from_bytes(content), path).map_err(io_error("create", path));
    }
    let mode = if mode & PROGRAM_BIT == 0 { 0o666 } else { 0o777 };
    let mut options = File::options();
    let file = options.write(true).create_new(true).mode(mode).open(path);
    let written = file.and_then(|mut file| file.write_all(content));
    written.map_err(io_error("write", path))
}

/// Makes git compute the id of each file on disk, and compares it with the id in the commit.
fn verify(repository: &Path, files: &[Blob], dir: &Path) -> Result<(), FilesError> {
    const COMMAND: &str = "hash-object";
    // git would unquote a name that begins with a quotation mark.
    let paths: Vec<PathBuf> = files.iter().map(|blob| Path::new(".").join(&blob.path)).collect();
    let paths = list(repository, paths.iter().map(|path| path.as_os_str().as_bytes()))?;
    let ids = run_with(
        Some(repository),
        Some(dir),
        Some(paths),
        &[COMMAND, "--no-filters", "--stdin-paths"],
    );
    let ids = ids.map_err(|failure| FilesError::Git(COMMAND, failure))?;
    let ids = String::from_utf8_lossy(&ids);
    let mut ids = ids.lines();
    for blob in files {
        if ids.next() != Some(&blob.id) {
            let cause = format!("{} differs on disk from the commit", dir.join(&blob.path).display());
            return Err(FilesError::Git(COMMAND, Failure::Said(cause)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in ["../x", "/x", "a/../../x", ".git/config", "a/.GIT/hooks/x", "a\nb"] {
            let line = format!("100644 blob {} \t{path}\0", "0".repeat(40)).replace(" \t", "\t");
            assert!(parse(line.as_bytes()).is_err(), "{path}");
        }
        let line = format!("100755 blob {}\ta/b c\"\0160000 commit x\tsub\0", "0".repeat(40));
        let blobs = parse(line.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(blobs.len(), 1);
        assert_eq!(blobs[0].path, Path::new("a/b c\""));
    }

    #[test]
    fn an_object_that_is_missing_or_another_is_not_taken() {
        for said in ["aa missing\n", "bb blob 1\nx\n", "aa tree 1\nx\n", "aa blob 5\nx\n", ""] {
            assert_eq!(next(&mut said.as_bytes(), "aa"), None, "{said}");
        }
        let mut said = &b"aa blob 3\nx\ny\nbb blob 0\n\n"[..];
        assert_eq!(next(&mut said, "aa"), Some(&b"x\ny"[..]));
        assert_eq!(next(&mut said, "bb"), Some(&b""[..]));
    }

    #[test]
    fn a_file_that_differs_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let (repository, files) = (dir.path().join("repository"), dir.path().join("files"));
        fs::create_dir(&files).unwrap();
        let made = run_with(
            None,
            None,
            None,
            &["init", "--quiet", "--bare", &repository.display().to_string()],
        );
        if made.is_err() {
            return;
        }
        fs::write(files.join("a"), "text\r\n").unwrap();
        // The output of `printf 'text\r
        // ' | git hash-object --stdin`.
        let blob = |id: &str| Blob {
            mode: 0o100_644,
            id: id.to_owned(),
            path: "a".into(),
        };
        let ids = run_with(
            Some(&repository),
            Some(&files),
            None,
            &["hash-object", "--no-filters", "a"],
        );
        let id = String::from_utf8(ids.unwrap_or_default()).unwrap();
        assert!(verify(&repository, &[blob(id.trim())], &files).is_ok());
        fs::write(files.join("a"), "text\n").unwrap();
        assert!(verify(&repository, &[blob(id.trim())], &files).is_err());
    }
}
