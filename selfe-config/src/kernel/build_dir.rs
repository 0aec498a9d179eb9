//! `build_dir` of sel4.toml: a kernel that the user built with CMake.

use super::cached::KernelBuild;
use super::collect;
use super::error::KernelError;
use super::manifest::manifest_of;
use crate::cache::hash;
use crate::model::contextualized::Contextualized;
use crate::options::cmake_cache::CMakeCache;
use crate::release;
use std::path::{Path, PathBuf};

/// The contents of a user's build directory.
///
/// # Errors
/// It is not a usable kernel build.
pub(crate) fn use_build_dir(config: &Contextualized, dir: &Path) -> Result<KernelBuild, KernelError> {
    let wrong = |cause: String| KernelError::BuildDir {
        dir: dir.to_owned(),
        cause,
    };
    let dir = std::fs::canonicalize(dir).map_err(|error| wrong(error.to_string()))?;
    let cache = CMakeCache::read(&dir).map_err(|error| wrong(format!("CMakeCache.txt: {error}")))?;
    let kernel = cache.get("KERNEL_PATH").map(|entry| PathBuf::from(&entry.value));
    let kernel = kernel.ok_or_else(|| wrong("its CMakeCache.txt has no KERNEL_PATH".to_owned()))?;
    let release = release::recognise(&kernel);
    let collected = collect::collect(&kernel, &dir, release.release, str::to_owned)
        .map_err(|unusable| wrong(unusable.to_string()))?;
    let sel4_arch = config.context.sel4_arch.to_string();
    if let Some(built) = collected
        .gen_config
        .get("SEL4_ARCH")
        .filter(|built| **built != sel4_arch)
    {
        return Err(wrong(format!("it was built for {built}, not for {sel4_arch}")));
    }
    if let Some(entry) = collected
        .cache
        .get("LibSel4FunctionAttributes")
        .filter(|entry| entry.value != "public")
    {
        return Err(wrong(format!(
            "it was built with LibSel4FunctionAttributes={}",
            entry.value
        )));
    }
    let mut manifest = manifest_of(config, &kernel, &dir, &release, collected);
    manifest.key = hash([dir.as_os_str().as_encoded_bytes()]);
    Ok(KernelBuild {
        manifest,
        marker: None,
        files: Vec::new(),
    })
}
