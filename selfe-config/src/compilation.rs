//! Sources and kernel under the names of selfe 0.1, for build scripts that use them;
//! [`crate::source`] and [`crate::kernel`] do the work.

use crate::build;
use crate::cache::{Cache, CacheError};
use crate::kernel::KernelError;
use crate::model::SeL4Sources;
use crate::model::contextualized::Contextualized;
use crate::platform::PlatformData;
use crate::progress::Progress;
use crate::source::{self, SourceError, Tree};
use std::path::{Path, PathBuf};

/// The three source trees on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedSeL4Source {
    /// The seL4 kernel with libsel4.
    pub kernel_dir: PathBuf,
    /// seL4_tools.
    pub tools_dir: PathBuf,
    /// util_libs.
    pub util_libs_dir: PathBuf,
}

/// The purpose of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeL4BuildMode {
    /// The kernel; an error if sel4.toml sets `build_dir`.
    Kernel,
    /// libsel4.a and its headers; those of `build_dir` if sel4.toml sets it.
    Lib,
}

/// The results of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeL4BuildOutcome {
    /// libsel4.a was built.
    StaticLib {
        /// CMake's build directory.
        build_dir: PathBuf,
    },
    /// The kernel was built, and libsel4.a too.
    Kernel {
        /// CMake's build directory.
        build_dir: PathBuf,
        /// kernel.elf.
        kernel_path: PathBuf,
    },
}

/// Why the sources are not available.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The folder for them can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// One of them can't be obtained.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Prints each step on stdout if requested, and every warning.
struct Printed {
    is_verbose: bool,
}

impl Progress for Printed {
    fn begin(&self, step: &str) {
        if self.is_verbose {
            println!("{step}");
        }
    }

    fn warn(&self, message: &str) {
        eprintln!("warning: {message}");
    }
}

/// Makes all three source trees available on disk, in `dest_dir` if they come from git.
///
/// # Errors
/// One can't be reached or is not such a tree, or `dest_dir` is not writable.
pub fn resolve_sel4_sources(
    sources: &SeL4Sources,
    dest_dir: &Path,
    is_verbose: bool,
) -> Result<ResolvedSeL4Source, ResolveError> {
    let cache = Cache::at(&std::path::absolute(dest_dir).unwrap_or_else(|_| dest_dir.to_owned()))?;
    let progress = Printed { is_verbose };
    let dir = |tree, from| Ok::<_, SourceError>(source::resolve(&cache, tree, from, &progress)?.dir);
    Ok(ResolvedSeL4Source {
        kernel_dir: dir(Tree::Kernel, &sources.kernel)?,
        tools_dir: dir(Tree::Tools, &sources.tools)?,
        util_libs_dir: dir(Tree::UtilLibs, &sources.util_libs)?,
    })
}

/// Builds the kernel and libsel4.a, or finds them in the cache.
///
/// # Errors
/// As for [`build::build`].
pub fn build_sel4(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    build_mode: SeL4BuildMode,
    is_verbose: bool,
) -> Result<SeL4BuildOutcome, KernelError> {
    let progress = Printed { is_verbose };
    match build_mode {
        SeL4BuildMode::Lib => {
            let found = build::build_or_use(cache, config, platform, &progress)?;
            Ok(SeL4BuildOutcome::StaticLib {
                build_dir: found.manifest.build_dir,
            })
        }
        SeL4BuildMode::Kernel => {
            let manifest = build::build(cache, config, platform, &progress)?.manifest;
            Ok(SeL4BuildOutcome::Kernel {
                // Each complete build has one.
                kernel_path: manifest
                    .kernel_elf
                    .unwrap_or_else(|| manifest.build_dir.join("kernel.elf")),
                build_dir: manifest.build_dir,
            })
        }
    }
}
