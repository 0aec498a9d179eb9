//! The format of sel4.lock, and changing the file as a whole or not at all.
//!
//! Each entry is a table on lines of its own, sorted by name: changes on two branches of a project
//! only conflict in version control if they are about the same source.

use super::LockError;
use crate::model::reader::{SourceText, Table};
use crate::model::{ImportError, RepoSource, line_column};
use crate::repository::is_full_id;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;
use toml::de::{DeTable, DeValue};

/// The version of the format. A newer one is rejected rather than misread.
const VERSION: i64 = 1;

const HEAD: &str = "\
# Which commits the branches and tags of sel4.toml stand for. selfe writes this file: keep it in version control, and let
# `selfe update` change it.
";

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEntry {
    /// What sel4.toml asked for when the entry was written; always a git repository.
    pub(crate) source: RepoSource,
    /// The full commit id.
    pub(crate) commit: String,
}

impl LockEntry {
    pub fn new(source: &RepoSource, commit: &str) -> Self {
        LockEntry {
            source: source.clone(),
            commit: commit.to_owned(),
        }
    }
}

/// All entries, by name.
pub type Entries = BTreeMap<String, LockEntry>;

/// Reads a lock file; empty if it does not exist.
pub fn read(path: &Path) -> Result<Option<Entries>, LockError> {
    let bytes = match crate::text_file::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(LockError::Read {
                path: path.to_owned(),
                source,
            });
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    if let Err(error) = std::str::from_utf8(&bytes) {
        // Invalid bytes are shown as one character each.
        let at = error.valid_up_to();
        let source = SourceText {
            text: &text,
            path: Some(path),
        };
        let error = source.invalid(
            at..at + '\u{fffd}'.len_utf8(),
            "the file is not UTF-8".to_owned(),
            "from here on",
            None,
        );
        return Err(LockError::Damaged(Box::new(error)));
    }
    parse(&text, path).map(Some)
}

fn parse(text: &str, path: &Path) -> Result<Entries, LockError> {
    let conflict = |line: &&str| {
        ["<<<<<<<", "=======", ">>>>>>>"]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    if let Some(line) = text.lines().position(|line| conflict(&line)) {
        return Err(LockError::Conflict {
            path: path.to_owned(),
            line: line + 1,
        });
    }
    let source = SourceText { text, path: Some(path) };
    let damaged = |error: ImportError| LockError::Damaged(Box::new(error));
    let parsed = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..text.len());
        damaged(source.invalid(span, "this is not valid TOML".to_owned(), error.message(), None))
    })?;
    let root = Table {
        source,
        name: String::new(),
        span: 0..0,
        entries: parsed.get_ref(),
    };
    match version(&root).map_err(damaged)? {
        (VERSION, _) => {}
        (version, at) => {
            return Err(LockError::Newer {
                path: path.to_owned(),
                line: line_column(text, at).0,
                version,
            });
        }
    }
    entries(&root).map_err(damaged)
}

fn version(root: &Table<'_, '_>) -> Result<(i64, usize), ImportError> {
    let entry = root.get("version").ok_or_else(|| {
        let help = format!("this selfe writes `version = {VERSION}`");
        let title = "the file does not say its version".to_owned();
        root.source.invalid(0..0, title, "it belongs here", Some(help))
    })?;
    let span = entry.value.span();
    let number = match entry.value.get_ref() {
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).ok(),
        _ => None,
    };
    let number = number.filter(|number| *number >= VERSION).ok_or_else(|| {
        let title = "`version` is none that a selfe has written".to_owned();
        root.source.invalid(span.clone(), title, "it is a number from 1", None)
    })?;
    Ok((number, span.start))
}

fn entries(root: &Table<'_, '_>) -> Result<Entries, ImportError> {
    let mut known = vec!["version", "kernel", "tools", "util_libs", "opensbi"];
    known.extend(
        root.iter()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("platform.")),
    );
    root.deny_unknown(&known)?;
    let mut entries = Entries::new();
    for (name, entry) in root.iter().filter(|(name, _)| *name != "version") {
        let table = root.as_table(name, entry)?;
        table.deny_unknown(&["git", "branch", "tag", "rev", "commit"])?;
        let keys = table.source_keys()?;
        if keys.git.is_none() {
            return Err(table.missing("git", "the repository's URL, as in sel4.toml"));
        }
        let source = keys.source().map_err(|_| {
            table.source.invalid(
                table.span.clone(),
                format!("[{name}] has to have exactly one of branch, tag and rev"),
                "in this entry",
                Some("it is what sel4.toml asks for".to_owned()),
            )
        })?;
        let commit = table
            .string("commit")?
            .ok_or_else(|| table.missing("commit", "the commit's full id"))?;
        if !is_full_id(&commit) {
            let span = table
                .get("commit")
                .map_or(table.span.clone(), |entry| entry.value.span());
            let title = format!("`{name}.commit` is not a commit's full id");
            return Err(table
                .source
                .invalid(span, title, "it has 40 or 64 hexadecimal digits", None));
        }
        let source = source.below(root.source.path.map(folder));
        entries.insert(name.to_owned(), LockEntry::new(&source, &commit.to_lowercase()));
    }
    Ok(entries)
}

/// The folder that relative paths count from.
fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The text of a lock file in that folder.
fn text(entries: &Entries, folder: &Path) -> String {
    let mut text = format!("{HEAD}version = {VERSION}\n");
    for (name, entry) in entries {
        let RepoSource::RemoteGit { url, target } = &entry.source.relative_to(folder) else {
            continue;
        };
        let is_bare = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        let name = if is_bare { name.clone() } else { quoted(name) };
        let (key, value) = target.key_value();
        let (url, value, commit) = (quoted(url), quoted(value), quoted(&entry.commit));
        text += &format!("\n[{name}]\ngit = {url}\n{key} = {value}\ncommit = {commit}\n");
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Why a lock file was not changed.
pub enum ChangeError {
    /// The existing file can't be read.
    Damaged(LockError),
    /// A file system operation failed.
    Refused(io::Error),
}

impl From<io::Error> for ChangeError {
    fn from(error: io::Error) -> Self {
        ChangeError::Refused(error)
    }
}

/// Changes a lock file while no other process does, and returns its new content. A file that would
/// not change is not written.
///
/// `beside` is the configuration file: it carries the file lock, since the lock file itself is
/// replaced.
pub(crate) fn change(
    path: &Path,
    beside: Option<&Path>,
    change: impl FnOnce(Entries) -> Entries,
    written_at: Option<SystemTime>,
) -> Result<Entries, ChangeError> {
    let guard = beside.and_then(|path| File::open(path).ok());
    if let Some(file) = &guard {
        // On a file system without locks, the last of two writers wins with a complete file.
        let _ = file.lock();
    }
    let now = read(path).map_err(ChangeError::Damaged)?;
    let was = now.as_ref().map(|now| text(now, folder(path)));
    let entries = change(now.unwrap_or_default());
    let text = text(&entries, folder(path));
    // Without entries there is no file.
    if was.map_or(!entries.is_empty(), |was| was != text) {
        write(path, &text, written_at)?;
    }
    Ok(entries)
}

/// Replaces a file in one step and keeps its permissions. A read-only file is left alone.
fn write(path: &Path, text: &str, written_at: Option<SystemTime>) -> io::Result<()> {
    // If it is a link, the file that it points to.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let permissions = match fs::metadata(&path) {
        Ok(there) if there.permissions().readonly() => return Err(ErrorKind::PermissionDenied.into()),
        Ok(there) => there.permissions(),
        Err(_) => fs::Permissions::from_mode(0o666),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(".sel4.lock-").permissions(permissions);
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if let Some(time) = written_at {
        file.as_file().set_modified(time)?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GitTarget;

    fn entry(tag: &str, commit: char) -> LockEntry {
        let source = RepoSource::RemoteGit {
            url: "https://example.org/a \"b\"".to_owned(),
            target: GitTarget::Tag(tag.to_owned()),
        };
        LockEntry::new(&source, &commit.to_string().repeat(40))
    }

    #[test]
    fn what_is_written_is_read() {
        let names = ["kernel", "platform.my-board.sel4_arch.riscv32.opensbi", "tools"];
        let entries: Entries = names.map(|name| (name.to_owned(), entry("it's \u{1}", 'a'))).into();
        let text = text(&entries, Path::new("/project"));
        assert_eq!(parse(&text, Path::new("sel4.lock")).unwrap(), entries, "{text}");
    }

    #[test]
    fn changes_at_once_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (lock, toml) = (dir.path().join("sel4.lock"), dir.path().join("sel4.toml"));
        fs::write(&toml, "").unwrap();
        std::thread::scope(|scope| {
            for name in 0..16 {
                let (lock, toml) = (&lock, &toml);
                scope.spawn(move || {
                    let add = |mut now: Entries| {
                        // Gives another writer time.
                        std::thread::sleep(std::time::Duration::from_millis(2));
                        now.insert(format!("platform.{name}"), entry("1", 'b'));
                        now
                    };
                    assert!(change(lock, Some(toml), add, None).is_ok());
                });
            }
        });
        assert_eq!(read(&lock).unwrap().unwrap().len(), 16);
    }

    #[test]
    fn a_file_that_says_the_same_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("sel4.lock");
        let entries = Entries::from([("kernel".to_owned(), entry("1", 'c'))]);
        let set = |_| entries.clone();
        assert!(change(&lock, None, set, None).is_ok());
        let before = fs::metadata(&lock).unwrap();
        assert!(change(&lock, None, set, None).is_ok());
        use std::os::unix::fs::MetadataExt;
        assert_eq!(fs::metadata(&lock).unwrap().ino(), before.ino());
        // With the permissions of any other file of this user.
        let other = dir.path().join("other");
        fs::write(&other, "").unwrap();
        assert_eq!(before.mode(), fs::metadata(&other).unwrap().mode());
    }

    #[test]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (lock, real) = (dir.path().join("sel4.lock"), dir.path().join("real"));
        fs::write(&real, "version = 1\n").unwrap();
        std::os::unix::fs::symlink("real", &lock).unwrap();
        let add = |_| Entries::from([("kernel".to_owned(), entry("1", 'd'))]);
        assert!(change(&lock, None, add, None).is_ok());
        assert!(fs::symlink_metadata(&lock).unwrap().is_symlink());
        assert_eq!(read(&real).unwrap().unwrap().len(), 1);
    }
}
