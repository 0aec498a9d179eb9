//! Where a source tree comes from, and its form in TOML.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Where one source tree comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SourceTable", into = "SourceTable")]
pub enum RepoSource {
    /// A folder; a relative path counts from the folder of sel4.toml.
    LocalPath(PathBuf),
    /// A git repository.
    RemoteGit {
        /// Anything that `git clone` takes.
        url: String,
        /// What to check out.
        target: GitTarget,
    },
}

impl RepoSource {
    /// The source with a relative path counted from a folder.
    pub fn below(&self, base_dir: Option<&Path>) -> RepoSource {
        match (self, base_dir) {
            (RepoSource::LocalPath(path), Some(base)) => RepoSource::LocalPath(base.join(path)),
            (source, _) => source.clone(),
        }
    }
}

/// What to check out of a git repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GitTarget {
    /// The newest commit of a branch.
    Branch(String),
    /// A tag.
    Tag(String),
    /// A commit id.
    Rev(String),
}

/// A source as a table of TOML: `{ path = "…" }`, or `{ git = "URL", tag = "…" }` with `branch` or `rev` in place of `tag`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    path: Option<PathBuf>,
    git: Option<String>,
    branch: Option<String>,
    tag: Option<String>,
    rev: Option<String>,
}

impl TryFrom<SourceTable> for RepoSource {
    type Error = &'static str;

    fn try_from(table: SourceTable) -> Result<Self, Self::Error> {
        let targets = [
            table.branch.map(GitTarget::Branch),
            table.tag.map(GitTarget::Tag),
            table.rev.map(GitTarget::Rev),
        ];
        let mut targets = targets.into_iter().flatten();
        match (table.path, table.git, targets.next(), targets.next()) {
            (Some(path), None, None, None) => Ok(RepoSource::LocalPath(path)),
            (None, Some(url), Some(target), None) => Ok(RepoSource::RemoteGit { url, target }),
            _ => Err("a source is a `path`, or a `git` URL with exactly one of `branch`, `tag` and `rev`"),
        }
    }
}

impl From<RepoSource> for SourceTable {
    fn from(source: RepoSource) -> Self {
        let mut table = SourceTable::default();
        match source {
            RepoSource::LocalPath(path) => table.path = Some(path),
            RepoSource::RemoteGit { url, target } => {
                table.git = Some(url);
                match target {
                    GitTarget::Branch(name) => table.branch = Some(name),
                    GitTarget::Tag(name) => table.tag = Some(name),
                    GitTarget::Rev(name) => table.rev = Some(name),
                }
            }
        }
        table
    }
}
