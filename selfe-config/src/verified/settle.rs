//! What a kernel settles on: from a build, or from configuring it.
//!
//! The kernel's options depend on each other and have defaults of their own, so a list of options
//! says little by itself. CMake, run with a configuration's options, computes the values.

use crate::cache::Cache;
use crate::kernel::configured::{self, configured, hardware};
use crate::kernel::{KernelError, Manifest, Plan};
use crate::model::contextualized::Contextualized;
use crate::options::cmake_cache::CMakeCache;
use crate::progress::Progress;
use std::collections::BTreeMap;

/// What a kernel settles on, as far as it affects the kernel's C code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettledKernel {
    /// The kernel's options by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The configuration that the C code is compiled with: names without `CONFIG_`.
    pub(crate) gen_config: BTreeMap<String, String>,
    /// SHA-256 of the files generated from the device tree; the same constant if there is none.
    pub hardware: String,
}

impl SettledKernel {
    /// What a build settled on.
    pub(crate) fn of_build(manifest: &Manifest) -> Self {
        SettledKernel::new(
            manifest.options.clone(),
            manifest.gen_config.clone(),
            hardware(&manifest.build_dir),
        )
    }

    fn new(options: BTreeMap<String, String>, gen_config: BTreeMap<String, String>, hardware: String) -> Self {
        let mut settled = SettledKernel {
            options,
            gen_config,
            hardware,
        };
        // libsel4's options have no effect on the kernel.
        settled.options.retain(|name, _| !name.starts_with("LibSel4"));
        settled.gen_config.retain(|name, _| !name.starts_with("LIB_SEL4"));
        settled
    }
}

/// What a plan's options settle on.
///
/// # Errors
/// The kernel can't be configured with them.
pub(crate) fn settle(
    cache: &Cache,
    plan: &Plan,
    config: &Contextualized,
    progress: &dyn Progress,
) -> Result<SettledKernel, KernelError> {
    let found = configured(cache, plan, config, progress)?;
    if let Some(cause) = found.wrong {
        return Err(configured::wrong(cache, plan, cause));
    }
    let options = CMakeCache::parse(&found.cmake_cache).settled(&plan.declared);
    Ok(SettledKernel::new(options, found.gen_config, found.hardware))
}
