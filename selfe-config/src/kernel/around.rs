//! The tools' environment for work on a finished kernel build, such as linking its loader.

use super::error::KernelError;
use super::manifest::Manifest;
use super::python;
use super::runner::Runner;
use crate::cache::Cache;
use crate::progress::Progress;
use crate::release;
use std::path::Path;

/// The tools' environment for work on a finished kernel build.
///
/// # Errors
/// Python's packages can't be obtained.
pub(crate) fn tools_around<'a>(
    cache: &Cache,
    manifest: &Manifest,
    log: &'a Path,
    progress: &'a dyn Progress,
) -> Result<Runner<'a>, KernelError> {
    let mut path_first = manifest.toolchain_dirs.clone();
    let needs = python::Needs {
        release: release::by_name(&manifest.release).unwrap_or_else(release::newest),
        device_tree: true,
    };
    path_first.extend(python::find(cache, needs, progress)?);
    Ok(Runner {
        path_first,
        log,
        progress,
    })
}
