//! A kernel as sel4.toml describes it: planned, built, and compared with the verified configuration
//! that sel4.toml may name.

use crate::cache::Cache;
use crate::kernel::{self, KernelBuild, KernelError, Plan};
use crate::model::contextualized::Contextualized;
use crate::platform::PlatformData;
use crate::progress::Progress;
use crate::verified;

/// The plan of a build. A missing source is fetched, but nothing is built. For `verified` in
/// sel4.toml the verified configuration is configured, too, to compare the options with it.
///
/// # Errors
/// As [`Plan::new`]; or options of sel4.toml are not those of the verified configuration.
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

/// The kernel build for a configuration: from the cache, or else built now.
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

/// The build that bindings and library come from: `build_dir` if sel4.toml sets it, or else
/// [`build`].
///
/// # Errors
/// As [`build`]; or `build_dir` is not a usable build.
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
