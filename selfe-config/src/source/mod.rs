//! Sources on disk: a git repository's commit in the shared cache, or a folder of the user's.

mod command;
mod error;
mod files;
mod git;
mod local;

pub use error::SourceError;
pub(crate) use git::{ask, look_up};

use crate::cache::Cache;
use crate::model::{Pins, RepoSource};
use crate::progress::Progress;
use crate::release;
use std::path::{Path, PathBuf};

/// A source tree on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The folder.
    pub dir: PathBuf,
    /// What exactly is in it.
    pub identity: Identity,
}

impl Source {
    /// Whether it is a commit whose files in the cache have changed: nobody edits them, but they
    /// can be damaged or removed while they are used.
    pub(crate) fn is_damaged(&self, cache: &Cache) -> bool {
        let is_commit = matches!(self.identity, Identity::Commit(_));
        is_commit && cache.entry_at(&self.dir).is_some_and(|entry| !entry.is_whole())
    }
}

/// What exactly a source tree contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A git commit's full id.
    Commit(String),
    /// SHA-256 over every file, in hexadecimal; symbolic links are followed.
    Content(String),
}

impl Identity {
    /// The identity as a part of a build's key.
    pub(crate) fn word(&self) -> &str {
        match self {
            Identity::Commit(id) | Identity::Content(id) => id,
        }
    }
}

/// One of the source trees: each kind has a file by which it is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// The kernel with libsel4.
    Kernel,
    /// seL4_tools.
    Tools,
    /// util_libs.
    UtilLibs,
    /// OpenSBI.
    OpenSbi,
}

impl Tree {
    /// Its key in sel4.toml.
    pub fn key(self) -> &'static str {
        match self {
            Tree::Kernel => "kernel",
            Tree::Tools => "tools",
            Tree::UtilLibs => "util_libs",
            Tree::OpenSbi => "opensbi",
        }
    }

    /// A file that every tree of that kind has.
    fn landmark(self) -> &'static str {
        match self {
            Tree::Kernel => "FindseL4.cmake",
            Tree::Tools => "elfloader-tool/CMakeLists.txt",
            Tree::UtilLibs => "libcpio/CMakeLists.txt",
            Tree::OpenSbi => "firmware/fw_dynamic.S",
        }
    }
}

/// Makes a source available on disk. A tag or a full commit id in the cache is used without the
/// network.
///
/// # Errors
/// It can't be reached, has no such branch, tag or commit, or is not such a tree.
pub fn resolve(cache: &Cache, tree: Tree, source: &RepoSource, progress: &dyn Progress) -> Result<Source, SourceError> {
    resolve_pinned(cache, tree, source, &Pins::default(), progress)
}

/// Makes a source available on disk, at the commit that it is pinned to. A commit in the cache is
/// used without the network.
///
/// # Errors
/// As for [`resolve`]; or the repository no longer has the commit.
pub fn resolve_pinned(
    cache: &Cache,
    tree: Tree,
    source: &RepoSource,
    pins: &Pins,
    progress: &dyn Progress,
) -> Result<Source, SourceError> {
    let found = match source {
        RepoSource::LocalPath(dir) => {
            check(tree, dir)?;
            local::resolve(dir)?
        }
        RepoSource::RemoteGit { url, target } => {
            let pin = pins.commit(source).map(|commit| (commit, pins.file()));
            let found = git::resolve(cache, url, target, pin, progress)?;
            check(tree, &found.dir)?;
            found
        }
    };
    Ok(found)
}

/// The commit that a branch, tag or commit id stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedCommit {
    /// The commit's full id.
    pub(crate) commit: String,
    /// Whether it is current: the repository's answer of today, or a tag's of earlier. Otherwise it
    /// is what a branch stood for when it was last resolved, because the repository can't be
    /// reached.
    pub(crate) is_current: bool,
}

/// Whether a source is on this computer, so that [`resolve_pinned`] needs no network. A branch that
/// is not pinned always needs it.
pub fn is_at_hand(cache: &Cache, source: &RepoSource, pins: &Pins) -> bool {
    match pins.pinned(source) {
        RepoSource::LocalPath(_) => true,
        RepoSource::RemoteGit { url, target } => git::is_at_hand(cache, &url, &target),
    }
}

fn check(tree: Tree, dir: &Path) -> Result<(), SourceError> {
    if !dir.is_dir() {
        return Err(SourceError::NoFolder {
            key: tree.key(),
            dir: dir.to_owned(),
        });
    }
    if let (Tree::Kernel, Some(version)) = (tree, release::too_old(dir)) {
        return Err(SourceError::TooOld {
            dir: dir.to_owned(),
            version,
            oldest: &release::all()[0].name,
            newest: &release::newest().name,
        });
    }
    if !dir.join(tree.landmark()).exists() {
        return Err(SourceError::NotThatTree {
            key: tree.key(),
            dir: dir.to_owned(),
            landmark: tree.landmark(),
        });
    }
    Ok(())
}
