//! Finding a kernel build in the cache.

use super::error::KernelError;
use super::manifest::Manifest;
use crate::cache::{Cache, Entry};
use std::path::PathBuf;

/// A kernel build on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelBuild {
    /// The record of the build.
    pub manifest: Manifest,
    /// The file that marks it as complete; none for a user's `build_dir`.
    pub marker: Option<PathBuf>,
    /// The user's files that went into it because options name them; empty if it was found by its
    /// key alone.
    pub files: Vec<PathBuf>,
}

/// The complete build with that key.
///
/// # Errors
/// It is not in the cache.
pub fn find(cache: &Cache, key: &str) -> Result<KernelBuild, KernelError> {
    let entry = cache.entry("build", key);
    // A manifest of another version of selfe is not damaged, although this version can't read it.
    let is_whole = |text: &str| parse(&entry, text).map_or(true, |found| is_whole(&entry, &found.manifest));
    let text = entry
        .whole_or_unmarked(is_whole)
        .ok_or_else(|| KernelError::NotInCache {
            key: key.to_owned(),
            cache: cache.root().to_owned(),
        })?;
    let found = parse(&entry, &text)?;
    mark_source(cache, &found.manifest);
    Ok(found)
}

/// A build refers to its sources, so using the build counts as using them.
pub(super) fn mark_source(cache: &Cache, manifest: &Manifest) {
    if let Some(source) = cache.entry_at(&manifest.kernel_source) {
        source.mark_used();
    }
}

/// Whether the results that a manifest names still exist and belong to this entry: a cache may have
/// been moved or cleaned.
pub(super) fn is_whole(entry: &Entry, manifest: &Manifest) -> bool {
    let results = [Some(&manifest.libsel4), manifest.kernel_elf.as_ref()];
    manifest.build_dir.starts_with(&entry.dir)
        && results.into_iter().flatten().all(|path| path.is_file())
        && manifest.include_dirs.iter().all(|dir| dir.is_dir())
}

pub(super) fn parse(entry: &Entry, text: &str) -> Result<KernelBuild, KernelError> {
    let manifest = toml::from_str(text).map_err(|error| {
        let cause = format_args!("{error}; delete the folder {}", entry.dir.display());
        KernelError::unusable("manifest", entry.marker(), cause, &entry.log)
    })?;
    Ok(KernelBuild {
        manifest,
        marker: Some(entry.marker()),
        files: Vec::new(),
    })
}
