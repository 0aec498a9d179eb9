//! Why sel4.lock can't be used or made.

use super::NamedSource;
use crate::error_kind::ErrorKind;
use crate::model::ImportError;
use crate::source::SourceError;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Why sel4.lock can't be used or written. Each text is complete: what failed, where, and what to
/// do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// The file can't be read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file can't be written by a command that only writes it.
    #[error("can't write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Something in the text is wrong.
    #[error(
        "{0}\nselfe writes this file, and something else has changed it: restore it from version control; or delete it, and `selfe update` writes it with today's commits"
    )]
    Damaged(Box<ImportError>),
    /// It contains both sides of a merge conflict.
    #[error("{}:{line}: there is a merge conflict here\nkeep one side, or delete the file and let `selfe update` write it with today's commits", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It was written by a newer selfe.
    #[error("{}:{line}: this is version {version} of the file, and this selfe reads version 1\na newer selfe has written it: use that one, `cargo install selfe-config --features bin` or `cargo update`", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Its version.
        version: i64,
    },
    /// The file would have to change, but must not.
    #[error("{} would have to change, and `--locked` (or SELFE_LOCKED) forbids that\n{changes}", path.display())]
    WouldChange {
        /// The file.
        path: PathBuf,
        /// What would change, and what to run.
        changes: String,
    },
    /// The environment variable has an invalid value.
    #[error("the environment variable SELFE_LOCKED is `{value}`: it is 1, or 0 (as unset)")]
    Variable {
        /// Its value.
        value: String,
    },
    /// There is no source of that name to update.
    #[error("sel4.toml names no source `{name}`; it names {}", known.join(", "))]
    NoSuchSource {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A repository can't be reached.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl LockError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            LockError::Source(error) => error.kind(),
            LockError::Write { .. } => ErrorKind::Build,
            LockError::Read { .. }
            | LockError::Damaged(_)
            | LockError::Conflict { .. }
            | LockError::Newer { .. }
            | LockError::WouldChange { .. }
            | LockError::Variable { .. }
            | LockError::NoSuchSource { .. } => ErrorKind::Usage,
        }
    }

    /// The error for `--locked`: the entries that are missing, and those that nothing needs.
    pub(super) fn would_change<'a>(
        path: &Path,
        lacking: impl IntoIterator<Item = &'a NamedSource>,
        leftovers: &[String],
    ) -> Self {
        let mut changes = String::new();
        let mut lacking_names = Vec::new();
        for named in lacking {
            let what = match &named.source {
                crate::model::RepoSource::RemoteGit { url, target } => format!("{target} of {url}"),
                crate::model::RepoSource::LocalPath(dir) => dir.display().to_string(),
            };
            let why = if leftovers.contains(&named.name) {
                "is for something else"
            } else {
                "is missing"
            };
            let _ = writeln!(changes, "the entry `{}` {why}: sel4.toml asks for {what}", named.name);
            lacking_names.push(named.name.as_str());
        }
        for name in leftovers.iter().filter(|name| !lacking_names.contains(&name.as_str())) {
            let _ = writeln!(changes, "the entry `{name}` is not what sel4.toml asks for");
        }
        changes += "build once without it, or run `selfe update";
        for name in &lacking_names {
            changes.push(' ');
            changes += name;
        }
        changes += "`, and commit sel4.lock with sel4.toml";
        LockError::WouldChange {
            path: path.to_owned(),
            changes,
        }
    }
}
