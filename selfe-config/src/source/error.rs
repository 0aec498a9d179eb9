//! Why a source can't be obtained.

use crate::cache::CacheError;
use crate::error_kind::ErrorKind;
use crate::repository::is_full_id;
use crate::tools::MissingTool;
use std::path::PathBuf;

/// Why a source can't be obtained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The cache can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// git is not installed.
    #[error("can't fetch sources: {0}")]
    NoGit(#[from] MissingTool),
    /// The folder of a path source does not exist.
    #[error("the `{key}` source {} is not a folder\na path in sel4.toml counts from the folder of sel4.toml", dir.display())]
    NoFolder {
        /// The key in sel4.toml.
        key: &'static str,
        /// The folder.
        dir: PathBuf,
    },
    /// A source is not the right kind of tree.
    #[error("the `{key}` source {} is not a tree of that kind: it has no {landmark}\npoint `{key}` in sel4.toml at the root of the right repository", dir.display())]
    NotThatTree {
        /// The key in sel4.toml.
        key: &'static str,
        /// The folder.
        dir: PathBuf,
        /// The file that is missing.
        landmark: &'static str,
    },
    /// The kernel is too old for selfe's CMake project.
    #[error(
        "the `kernel` source {} is seL4 {}, which is too old: selfe builds seL4 {oldest} and newer\n\
         name a newer kernel in sel4.toml, such as kernel = {{ git = \"https://github.com/seL4/seL4\", tag = \"{newest}\" }}; \
         tools and util_libs may then be left out\n\
         docs/moving.md in selfe's repository says what else changes for a project of those days",
        dir.display(),
        if version.is_empty() { "from before 11.0.0" } else { version }
    )]
    TooOld {
        /// The folder.
        dir: PathBuf,
        /// The kernel's number; empty if it has none.
        version: String,
        /// The oldest release that selfe knows.
        oldest: &'static str,
        /// The newest.
        newest: &'static str,
    },
    /// A file of a path source can't be read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A path source contains something that can't be read as a file.
    #[error("{} is {what}, not a source file\nremove it from the source tree, or name another folder in sel4.toml", path.display())]
    NotAFile {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A path source is too large for a source tree.
    #[error(
        "the source folder {} has more files than a kernel's sources: counting stopped at {}\nif a symbolic link out of the tree leads there, remove it; or name another folder in sel4.toml",
        dir.display(), path.display()
    )]
    TooMuch {
        /// The folder.
        dir: PathBuf,
        /// The file at which counting stopped.
        path: PathBuf,
    },
    /// A URL, branch, tag or commit that git would read as an option.
    #[error(
        "{what} `{value}` is not allowed: it begins with `-`, so git would read it as an option\ncorrect it in sel4.toml"
    )]
    LooksLikeOption {
        /// What it is.
        what: &'static str,
        /// The word.
        value: String,
    },
    /// The repository can't be reached.
    #[error(
        "can't fetch {url} at {target}\ngit says: {cause}\n\
         ways out: try again when the network is back; use a mirror with\n  \
         git config --global url.MIRROR.insteadOf {url}\n\
         or name a folder in sel4.toml ({{ path = \"…\" }}); or run `selfe fetch` on a machine that reaches it, and copy its SELFE_CACHE_DIR"
    )]
    Unreachable {
        /// The repository.
        url: String,
        /// What was to be checked out.
        target: String,
        /// git's own message.
        cause: String,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{url} has no {target}{}", if near.is_empty() { nothing_near(target).to_owned() } else { format!("\ndid you mean {}?", near.join(", ")) })]
    NoSuchTarget {
        /// The repository.
        url: String,
        /// What was to be checked out.
        target: String,
        /// Similar names.
        near: Vec<String>,
    },
    /// The repository no longer has the commit that sel4.lock names.
    #[error(
        "{url} has no commit {commit}, which {} names for its {target}\n\
         the {target} was moved and the old commit removed, or the repository is another one than when the lock was written\n\
         `selfe update` writes the commit that the {target} stands for today",
        lock.display()
    )]
    PinIsGone {
        /// The repository.
        url: String,
        /// What sel4.toml asks for.
        target: String,
        /// The commit.
        commit: String,
        /// The lock file.
        lock: PathBuf,
    },
    /// The disk of the cache is full.
    #[error(
        "the disk of the cache {} is full\ngit says: {cause}\nfree some space, or set SELFE_CACHE_DIR to a folder on another disk; incomplete entries are not used",
        cache.display()
    )]
    DiskFull {
        /// The cache's folder.
        cache: PathBuf,
        /// git's own message.
        cause: String,
    },
    /// git failed in another way.
    #[error("`git {command}` failed: {cause}")]
    Git {
        /// git's arguments.
        command: String,
        /// git's own message.
        cause: String,
    },
}

impl SourceError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            SourceError::Cache(error) => error.kind(),
            SourceError::NoGit(_) => ErrorKind::MissingTool,
            SourceError::Unreachable { .. } => ErrorKind::Unreachable,
            SourceError::NoFolder { .. }
            | SourceError::NotThatTree { .. }
            | SourceError::TooOld { .. }
            | SourceError::Read { .. }
            | SourceError::NotAFile { .. }
            | SourceError::TooMuch { .. }
            | SourceError::LooksLikeOption { .. }
            | SourceError::NoSuchTarget { .. }
            | SourceError::PinIsGone { .. } => ErrorKind::Usage,
            SourceError::DiskFull { .. } | SourceError::Git { .. } => ErrorKind::Build,
        }
    }

    /// Whether a working network, or a mirror, would help.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, SourceError::Unreachable { .. })
    }
}

/// A full commit id is not always from sel4.toml: it may be from sel4.lock, or from the record of a
/// kernel build.
fn nothing_near(target: &str) -> &'static str {
    match target.strip_prefix("commit ") {
        Some(id) if is_full_id(id) => "\ncorrect it in sel4.toml; if sel4.lock names it, run `selfe update`",
        _ => "\ncorrect it in sel4.toml",
    }
}
