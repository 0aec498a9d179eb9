//! A kernel that is configured but not built.
//!
//! Only CMake can tell which values a configuration's options end up with. That takes a few
//! seconds, so the results are kept in the cache for every later caller: the options, and what the
//! comparison with a verified configuration needs.

use super::error::KernelError;
use super::plan::Plan;
use super::{configure, gen_config};
use crate::cache::{Cache, Entry, hash, hex, io_error};
use crate::model::contextualized::Contextualized;
use crate::options::cmake_cache::CMakeCache;
use crate::progress::Progress;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

/// Changes whenever the meaning of a cache entry changes.
const FORMAT: &str = "2";

/// Generated from the device tree: the kernel's view of the board's memory and devices.
const HARDWARE: &[&str] = &[
    "kernel/gen_headers/plat/machine/devices_gen.h",
    "kernel/gen_headers/plat/platform_gen.h",
];

/// The results of configuring a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configured {
    /// `CMakeCache.txt`.
    pub(crate) cmake_cache: String,
    /// SHA-256 of the files generated from the device tree; the same constant if there is none.
    pub hardware: String,
    /// Why the configuration that the C code is compiled with could not be read, if so.
    pub(crate) wrong: Option<String>,
    /// That configuration: names without `CONFIG_`.
    pub(crate) gen_config: BTreeMap<String, String>,
}

fn entry(cache: &Cache, plan: &Plan) -> Entry {
    cache.entry("configured", &hash([FORMAT.as_bytes(), plan.key.as_bytes()]))
}

/// The results, if the kernel was configured before.
pub fn find(cache: &Cache, plan: &Plan) -> Option<Configured> {
    toml::from_str(&entry(cache, plan).complete()?).ok()
}

/// The results: from the cache, or else configured now.
///
/// # Errors
/// It can't be configured as the plan says.
pub(crate) fn configured(
    cache: &Cache,
    plan: &Plan,
    config: &Contextualized,
    progress: &dyn Progress,
) -> Result<Configured, KernelError> {
    let entry = entry(cache, plan);
    let is_whole = |text: &str| toml::from_str::<Configured>(text).is_ok();
    let text = entry.get_or_make(progress, is_whole, |dir| {
        let done = configure::configure(cache, plan, &config.context, dir, &entry.log, progress)?;
        let tree = done.tree;
        let file = tree.join("CMakeCache.txt");
        let cmake_cache = fs::read_to_string(&file).map_err(io_error("read", &file))?;
        let cmake_cache = done.place.real_in(&cmake_cache);
        let form = plan.release.release.layout.generated_config;
        let generated = gen_config::read(&tree, form, &plan.declared, &CMakeCache::parse(&cmake_cache));
        let wrong = generated.as_ref().err();
        let found = Configured {
            wrong: wrong.map(ToString::to_string),
            gen_config: generated.unwrap_or_default(),
            hardware: hardware(&tree),
            cmake_cache,
        };
        fs::remove_dir_all(&tree).map_err(io_error("remove", &tree))?;
        plan.check_unchanged(cache, config, progress)?;
        toml::to_string(&found).map_err(|error| unreadable(&entry, error))
    })?;
    toml::from_str(&text).map_err(|error| unreadable(&entry, error))
}

/// An error about the plan's entry.
pub(crate) fn wrong(cache: &Cache, plan: &Plan, cause: String) -> KernelError {
    unreadable(&entry(cache, plan), cause)
}

fn unreadable(entry: &Entry, cause: impl fmt::Display) -> KernelError {
    KernelError::unusable("configuration", entry.dir.clone(), cause, &entry.log)
}

/// SHA-256 of a tree's files that were generated from the device tree.
pub(crate) fn hardware(tree: &Path) -> String {
    let mut hasher = Sha256::new();
    for file in HARDWARE {
        hasher.update(fs::read(tree.join(file)).unwrap_or_default());
    }
    hex(&hasher.finalize())
}
