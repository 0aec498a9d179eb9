//! Where the three source trees come from.

use std::path::PathBuf;

/// Where the three source trees come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeL4Sources {
    /// The seL4 kernel with libsel4.
    pub kernel: RepoSource,
    /// seL4_tools: the elfloader.
    pub tools: RepoSource,
    /// util_libs: libcpio, which the elfloader needs.
    pub util_libs: RepoSource,
}

/// Where one source tree comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
