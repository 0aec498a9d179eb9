//! Where a source tree comes from, its form in TOML, and the commit that it is pinned to.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a source tree comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SourceTable", into = "SourceTable")]
pub enum RepoSource {
    /// A folder; a relative path counts from the folder of sel4.toml.
    LocalPath(PathBuf),
    /// A git repository.
    RemoteGit {
        /// Anything that `git clone` accepts.
        url: String,
        /// What to check out.
        target: GitTarget,
    },
}

impl RepoSource {
    /// The source with a relative path, of a folder or a repository, resolved against a folder.
    pub fn below(&self, base_dir: Option<&Path>) -> RepoSource {
        match (self, base_dir) {
            (RepoSource::LocalPath(path), Some(base)) => RepoSource::LocalPath(base.join(path)),
            (RepoSource::RemoteGit { url, target }, Some(base)) => RepoSource::RemoteGit {
                url: absolute(url, base).unwrap_or_else(|| url.clone()),
                target: target.clone(),
            },
            (source, None) => source.clone(),
        }
    }

    /// The inverse of [`RepoSource::below`] for a repository in or beside the folder.
    pub(crate) fn relative_to(&self, base_dir: &Path) -> RepoSource {
        match self {
            RepoSource::LocalPath(_) => self.clone(),
            RepoSource::RemoteGit { url, target } => RepoSource::RemoteGit {
                url: relative(url, base_dir).unwrap_or_else(|| url.clone()),
                target: target.clone(),
            },
        }
    }

    /// Whether it may mean another commit tomorrow: a branch, a tag, or a shortened commit id.
    pub fn may_move(&self) -> bool {
        match self {
            RepoSource::LocalPath(_) => false,
            RepoSource::RemoteGit { target, .. } => target.full_id().is_none(),
        }
    }
}

/// The absolute path of a repository with a relative path; none for any other URL.
fn absolute(url: &str, base: &Path) -> Option<String> {
    // `host:path` is ssh's form, and git expands `~`.
    let before_slash = url.split('/').next().unwrap_or_default();
    if url.is_empty() || url.starts_with(['/', '~']) || before_slash.contains(':') {
        return None;
    }
    let base = std::path::absolute(base).ok()?;
    // Without `.` components, so that a place has only one name.
    let path: PathBuf = base.join(url).components().collect();
    // A word may also begin with text that git replaces because of `url.*.insteadOf`.
    let is_path = matches!(before_slash, "." | "..") || path.exists();
    path.to_str().map(str::to_owned).filter(|_| is_path)
}

/// The path of a repository as written in a file of that folder.
fn relative(url: &str, base: &Path) -> Option<String> {
    let base = std::path::absolute(base).ok()?;
    let path = Path::new(url).strip_prefix(base).ok()?;
    let text = path.to_str()?;
    Some(if path.starts_with("..") {
        text.to_owned()
    } else {
        format!("./{text}")
    })
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

impl GitTarget {
    /// The full commit id, if it is one.
    pub(crate) fn full_id(&self) -> Option<String> {
        match self {
            GitTarget::Rev(id) if is_full_id(id) => Some(id.to_lowercase()),
            _ => None,
        }
    }

    /// Its key and value in TOML.
    pub(crate) fn key_value(&self) -> (&'static str, &str) {
        match self {
            GitTarget::Branch(name) => ("branch", name),
            GitTarget::Tag(name) => ("tag", name),
            GitTarget::Rev(name) => ("rev", name),
        }
    }
}

/// For messages: "tag 16.0.0".
impl fmt::Display for GitTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GitTarget::Branch(name) => write!(f, "branch {name}"),
            GitTarget::Tag(name) => write!(f, "tag {name}"),
            GitTarget::Rev(name) => write!(f, "commit {name}"),
        }
    }
}

/// Whether it is a full commit id: SHA-1 or SHA-256 in hexadecimal.
pub(crate) fn is_full_id(id: &str) -> bool {
    matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The commits that branches, tags and shortened commit ids stand for according to a sel4.lock;
/// they are used without asking the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    file: PathBuf,
    commits: HashMap<RepoSource, String>,
}

impl Pins {
    /// The content of a sel4.lock.
    pub fn new(file: &Path, commits: impl IntoIterator<Item = (RepoSource, String)>) -> Self {
        Pins {
            file: file.to_owned(),
            commits: commits.into_iter().collect(),
        }
    }

    /// Adds commits that are not in a file, for this build only.
    pub(crate) fn add(&mut self, commits: impl IntoIterator<Item = (RepoSource, String)>) {
        self.commits.extend(commits);
    }

    /// The commit of a source.
    pub fn commit(&self, source: &RepoSource) -> Option<&str> {
        self.commits.get(source).map(String::as_str)
    }

    /// The file that they are from.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The source at the commit that it is pinned to; unchanged if it is not pinned.
    pub(crate) fn pinned(&self, source: &RepoSource) -> RepoSource {
        match (source, self.commit(source)) {
            (RepoSource::RemoteGit { url, .. }, Some(commit)) => RepoSource::RemoteGit {
                url: url.clone(),
                target: GitTarget::Rev(commit.to_owned()),
            },
            _ => source.clone(),
        }
    }
}

/// A source as a TOML table: `{ path = "…" }`, or `{ git = "URL", tag = "…" }` with `branch` or
/// `rev` instead of `tag`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTable {
    pub(crate) path: Option<PathBuf>,
    pub(crate) git: Option<String>,
    pub(crate) branch: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) rev: Option<String>,
}

/// Why a table is not a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SourceMistake {
    #[error("has both a path and a git URL")]
    PathAndGit,
    #[error("is a path with a branch, tag or rev")]
    PathWithTarget,
    #[error("does not say what to check out")]
    NoTarget,
    #[error("has more than one of branch, tag and rev")]
    SeveralTargets,
    #[error("names no source")]
    Nothing,
}

impl SourceMistake {
    /// What to do about it.
    pub(crate) fn help(self) -> &'static str {
        match self {
            SourceMistake::PathAndGit => "keep one of the two",
            SourceMistake::PathWithTarget => "a folder is used as it is: keep the path alone",
            SourceMistake::NoTarget => "add exactly one of branch, tag and rev",
            SourceMistake::SeveralTargets => "keep exactly one of them",
            SourceMistake::Nothing => "give it `path = \"…\"`, or `git = \"URL\"` with a branch, tag or rev",
        }
    }
}

impl SourceTable {
    /// The source.
    ///
    /// # Errors
    /// The table has too few keys or too many.
    pub(crate) fn source(self) -> Result<RepoSource, SourceMistake> {
        let targets = [
            self.branch.map(GitTarget::Branch),
            self.tag.map(GitTarget::Tag),
            self.rev.map(GitTarget::Rev),
        ];
        let mut targets = targets.into_iter().flatten();
        match (self.path, self.git, targets.next(), targets.next()) {
            (Some(path), None, None, None) => Ok(RepoSource::LocalPath(path)),
            (None, Some(url), Some(target), None) => Ok(RepoSource::RemoteGit { url, target }),
            (Some(_), Some(_), ..) => Err(SourceMistake::PathAndGit),
            (Some(_), None, ..) => Err(SourceMistake::PathWithTarget),
            (None, Some(_), None, _) => Err(SourceMistake::NoTarget),
            (None, Some(_), Some(_), Some(_)) => Err(SourceMistake::SeveralTargets),
            (None, None, ..) => Err(SourceMistake::Nothing),
        }
    }
}

impl TryFrom<SourceTable> for RepoSource {
    type Error = String;

    fn try_from(table: SourceTable) -> Result<Self, Self::Error> {
        table
            .source()
            .map_err(|mistake| format!("the source {mistake}: {}", mistake.help()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn url(source: RepoSource) -> String {
        match source {
            RepoSource::RemoteGit { url, .. } => url,
            RepoSource::LocalPath(path) => panic!("{}", path.display()),
        }
    }

    #[test]
    fn a_repository_s_relative_path_counts_from_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path();
        std::fs::create_dir(base.join("there")).unwrap();
        let source = |url: &str| RepoSource::RemoteGit {
            url: url.to_owned(),
            target: GitTarget::Tag("1".to_owned()),
        };
        for (asked, counted, written) in [
            ("./k", "k", "./k"),
            ("../k.git", "../k.git", "../k.git"),
            (".", "", "./"),
            ("there", "there", "./there"),
            ("./a/./b/", "a/b", "./a/b"),
        ] {
            let below = source(asked).below(Some(base));
            assert_eq!(Path::new(&url(below.clone())), base.join(counted), "{asked}");
            let relative = below.relative_to(base);
            assert_eq!(url(relative.clone()), written);
            assert_eq!(relative.below(Some(base)), below, "{asked}");
        }
        for other in [
            "https://example.org/k",
            "git@example.org:k",
            "sel4:k",
            "/k",
            "~/k",
            "not-there/k",
            "file:///k",
        ] {
            assert_eq!(url(source(other).below(Some(base))), other);
            assert_eq!(url(source(other).relative_to(base)), other);
        }
    }
}
