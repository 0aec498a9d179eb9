//! Why a kernel can't be built or found.

use crate::cache::CacheError;
use crate::error_kind::ErrorKind;
use crate::model::ImportError;
use crate::options::verified_config::VerifiedError;
use crate::options::{NoFile, WrongValue};
use crate::source::SourceError;
use crate::tools::MissingTool;
use std::fmt;
use std::path::{Path, PathBuf};

/// Why a kernel can't be built or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The cache can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The configuration can't be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A source can't be obtained.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The kernel's release does not support the platform yet.
    #[error(
        "seL4 {version} does not support the platform `{platform}`, which was added in {since}\nuse a newer kernel in sel4.toml, or another platform: `selfe platforms` lists them"
    )]
    PlatformTooNew {
        /// The platform.
        platform: String,
        /// The first release that supports it.
        since: String,
        /// The kernel's version.
        version: String,
    },
    /// A configuration of the kernel's proofs can't be read or used.
    #[error(transparent)]
    Verified(Box<VerifiedError>),
    /// The kernel's release does not compile with these options.
    #[error("seL4 {version} can't be built with these options: {why}")]
    Unbuildable {
        /// The kernel's version.
        version: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A tool that the build needs is missing.
    #[error("can't build the kernel: {0}")]
    MissingTool(#[from] MissingTool),
    /// Values in sel4.toml have the wrong type. The kernel would accept them.
    #[error("{}\ncorrect it in sel4.toml; `selfe options {}` describes the option", lines(.0), .0.first().map_or("", |wrong| wrong.name.as_str()))]
    WrongValues(Vec<WrongValue>),
    /// An option of sel4.toml names a file that can't be read.
    #[error(transparent)]
    NoFile(#[from] NoFile),
    /// A source folder was changed while a kernel was built from it.
    #[error("the sources in {} kept changing while the kernel was built from them\nbuild again when nothing changes them", .0.display())]
    SourceChanged(PathBuf),
    /// There is no folder for links with plain paths.
    #[error("the kernel's build can't handle a space, a quotation mark and the like in a folder's path, and no folder for links to such folders can be made:\n{}\nset SELFE_CACHE_DIR to a folder whose path has only letters, digits and `/._-`", .0.join("\n"))]
    NoPlainPath(Vec<String>),
    /// The kernel did not use options as requested, and sel4.toml makes that an error.
    #[error("{}\ncorrect that in sel4.toml, or remove `deny_ignored_options` there, which makes it an error", .0.join("\n"))]
    Ignored(Vec<String>),
    /// A step of the build failed.
    #[error(transparent)]
    Step(Box<StepFailure>),
    /// A file that the build should have made is missing or can't be read.
    #[error("the kernel's build did not make a usable {what}: {}: {cause}\nthe kernel may be of a release that selfe does not know; the build's log is {}", path.display(), log.display())]
    Result {
        /// What it is.
        what: &'static str,
        /// Where it should be.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
        /// The log of the build.
        log: PathBuf,
    },
    /// `build_dir` of sel4.toml is not a build of a kernel.
    #[error("`build_dir` {} can't be used: {cause}\nit must be a CMake build directory of seL4, with libsel4.a built with LibSel4FunctionAttributes=public", dir.display())]
    BuildDir {
        /// The folder.
        dir: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A kernel was to be built although `build_dir` is set.
    #[error("sel4.toml sets `build_dir` to {}: its results are used as they are, and no kernel is built\nremove `build_dir` from sel4.toml to have selfe build the kernel", .0.display())]
    BuildDirIsSet(PathBuf),
    /// The kernel build that a root task was linked for is not in the cache.
    #[error("the kernel build {key} is not in the cache {}\nbuild the root task again: that builds its kernel too (a root task linked through `build_dir` of sel4.toml has its kernel there, and `selfe` does not boot it)", cache.display())]
    NotInCache {
        /// The build's key.
        key: String,
        /// The cache's folder.
        cache: PathBuf,
    },
}

impl KernelError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            KernelError::Cache(error) => error.kind(),
            KernelError::Source(error) => error.kind(),
            KernelError::MissingTool(_) => ErrorKind::MissingTool,
            KernelError::Verified(error) => error.kind(),
            KernelError::Import(_)
            | KernelError::WrongValues(_)
            | KernelError::Ignored(_)
            | KernelError::NoFile { .. }
            | KernelError::BuildDir { .. }
            | KernelError::BuildDirIsSet(_)
            | KernelError::PlatformTooNew { .. }
            | KernelError::Unbuildable { .. } => ErrorKind::Usage,
            KernelError::Step(_)
            | KernelError::Result { .. }
            | KernelError::SourceChanged(_)
            | KernelError::NoPlainPath(_) => ErrorKind::Build,
            KernelError::NotInCache { .. } => ErrorKind::Run,
        }
    }

    /// A step left an unusable result; the log has the details.
    pub(crate) fn unusable(what: &'static str, path: PathBuf, cause: impl fmt::Display, log: &Path) -> Self {
        KernelError::Result {
            what,
            path,
            cause: cause.to_string(),
            log: log.to_owned(),
        }
    }
}

/// A tool failed.
#[derive(Debug, thiserror::Error)]
#[error("{what} failed: `{program}` ended with {status}\n{tail}\nthe whole log is {}{hint}", log.display())]
pub struct StepFailure {
    /// What was being done, such as "configuring the kernel".
    pub what: String,
    /// The tool.
    pub program: String,
    /// How it ended.
    pub(crate) status: String,
    /// The last lines of its output.
    pub(crate) tail: String,
    /// The log of everything it printed.
    pub(crate) log: PathBuf,
    /// What to do about it, on a line of its own, if the cause is known.
    pub(crate) hint: String,
}

/// A result of a build that is missing or unusable.
pub struct UnusableResult {
    /// What it is.
    pub what: &'static str,
    /// Where it should be.
    pub path: PathBuf,
    /// What is wrong with it.
    pub(crate) cause: String,
}

impl UnusableResult {
    /// The same as an error, with the build's log.
    pub(crate) fn in_build(self, log: &Path) -> KernelError {
        KernelError::unusable(self.what, self.path, self.cause, log)
    }
}

impl fmt::Display for UnusableResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.what, self.path.display(), self.cause)
    }
}

fn lines(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl From<Box<VerifiedError>> for KernelError {
    fn from(error: Box<VerifiedError>) -> Self {
        match *error {
            VerifiedError::Import(error) => error.into(),
            VerifiedError::MissingTool(error) => error.into(),
            _ => KernelError::Verified(error),
        }
    }
}

impl From<VerifiedError> for KernelError {
    fn from(error: VerifiedError) -> Self {
        Box::new(error).into()
    }
}
