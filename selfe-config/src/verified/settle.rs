//! What a kernel settles on: of a build, or of a configuration that is only configured.
//!
//! The kernel's options depend on each other and have defaults of their own, so a list of options
//! says little by itself. CMake, run on the kernel with a configuration's options, says what they
//! come to.

use crate::cache::Cache;
use crate::kernel::configured::{self, configured, hardware};
use crate::kernel::{KernelError, Manifest, Plan};
use crate::model::contextualized::Contextualized;
use crate::options::cmake_cache::CMakeCache;
use crate::progress::Progress;
use std::collections::BTreeMap;

/// What a kernel settles on, as far as it decides what the kernel's C code is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettledKernel {
    /// The kernel's options by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The configuration that the C code is compiled with: names without `CONFIG_`.
    pub(crate) gen_config: BTreeMap<String, String>,
    /// SHA-256 of what was generated from the device tree; the same for all if there is none.
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
        // libsel4's options decide nothing in the kernel.
        settled.options.retain(|name, _| !name.starts_with("LibSel4"));
        settled.gen_config.retain(|name, _| !name.starts_with("LIB_SEL4"));
        settled
    }
}

/// What a plan's options come to.
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
