//! Where the kernel's sources come from: from where sel4.toml says, or with the feature `vendored`
//! from the crate sel4-src.

use selfe_config::build_helpers;
use selfe_config::kernel::KernelBuild;
use std::error::Error;

/// Builds the kernel, or finds it in the cache.
#[cfg(not(feature = "vendored"))]
pub fn kernel_build() -> Result<KernelBuild, Box<dyn Error>> {
    Ok(build_helpers::try_kernel_build()?)
}

/// Builds the kernel of sel4-src, or finds it in the cache.
///
/// # Errors
/// The crate is not filled.
#[cfg(feature = "vendored")]
pub fn kernel_build() -> Result<KernelBuild, Box<dyn Error>> {
    let sources = sel4_src::sources()?;
    let sources = selfe_config::vendored::VendoredSources {
        version: sel4_src::VERSION.to_owned(),
        kernel: sources.kernel,
        tools: sources.tools,
        util_libs: sources.util_libs,
        record: sources.record,
    };
    Ok(build_helpers::try_vendored_kernel_build(&sources)?)
}
