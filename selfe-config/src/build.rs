//! A kernel as sel4.toml asks for it: planned and built, and compared with the verified
//! configuration that sel4.toml may name.

use crate::cache::Cache;
use crate::kernel::{self, KernelBuild, KernelError, Plan};
use crate::model::contextualized::Contextualized;
use crate::platform::PlatformData;
use crate::progress::Progress;
use crate::verified;

/// What a build would do. Only a missing source is fetched, and nothing is built; for `verified` of
/// sel4.toml the kernel is configured as that says, to compare the options with it.
///
/// # Errors
/// As for [`Plan::new`]; or options of sel4.toml leave the verified configuration.
pub fn plan(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<Plan, KernelError> {
    let plan = Plan::new(cache, config, platform, progress)?;
    verified::check_plan(cache, &plan, config, progress)?;
    Ok(plan)
}

/// The kernel build for a configuration: from the cache, else built now.
///
/// # Errors
/// A source or tool can't be obtained, a step fails, or sel4.toml sets `build_dir`.
pub fn build(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<KernelBuild, KernelError> {
    kernel::build(
        cache,
        config,
        progress,
        || plan(cache, config, platform, progress),
        |plan, manifest| verified::check_result(cache, plan, config, manifest, progress),
    )
}

/// What bindings and library come from: `build_dir` if sel4.toml sets it, else [`build`].
///
/// # Errors
/// As for [`build`]; or `build_dir` is not a usable build.
pub fn build_or_use(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<KernelBuild, KernelError> {
    match &config.build_dir {
        Some(dir) => kernel::use_build_dir(config, dir),
        None => build(cache, config, platform, progress),
    }
}
