//! What a `build.rs` calls: the only place that reads cargo's environment and prints `cargo::` lines.
//!
//! | called by | function | what it does |
//! | --- | --- | --- |
//! | a root task | [`root_task`] | link arguments, and a `cfg` for each of the kernel's options that is on |
//! | a library that needs the kernel's facts | [`linked_kernel`] | the cfgs, and the [`Manifest`] of the kernel that selfe-sys links |
//! | selfe-sys | `kernel_build` | builds the kernel, or finds it in the cache |
//! | anything that needs sel4.toml alone | [`load_config_from_env_or_default`] | reads it and resolves it for cargo's target |
//!
//! None of these returns an error: a `build.rs` has nobody to give it to. They say it in `cargo::error=` lines and
//! end the build script with exit code 1.

mod config;
mod directives;
mod environment;
mod error;
mod kernel;
mod link;

pub use environment::{BuildEnv, BuildProfile};

use crate::kernel::Manifest;
use crate::model::contextualized::Contextualized;
use directives::{cfgs, or_exit, print};

/// Reads the configuration that `SEL4_CONFIG_PATH` names, else the embedded default, and resolves it for cargo's
/// target and profile. `SEL4_PLATFORM`, `SEL4_OVERRIDE_ARCH` and `SEL4_OVERRIDE_SEL4_ARCH` override what follows from
/// the target; a platform that was not named is told in a warning.
pub fn load_config_from_env_or_default() -> Contextualized {
    let resolved = or_exit(config::resolve(&BuildEnv::from_env_vars()));
    print(&resolved.reruns());
    print(&resolved.notices());
    resolved.config
}

impl Contextualized {
    /// Turns every option that is `true` into a `cfg` of that name, and declares the others that are boolean, so that
    /// the compiler knows them.
    pub fn print_boolean_feature_flags(&self) {
        print(&cfgs(self.sel4_config.iter().filter_map(|(name, value)| match value {
            crate::value::SingleValue::Boolean(on) => Some((name.as_str(), *on)),
            _ => None,
        })));
    }
}

/// What selfe-sys built and links, for a crate that depends on it directly; prints the kernel's options as cfgs.
pub fn linked_kernel() -> Manifest {
    let manifest = or_exit(kernel::linked());
    print(&kernel::cfgs_of(&manifest));
    manifest
}

/// All that a root task's `build.rs` has to do: link arguments for its programs, and the kernel's options as cfgs, such as
/// `#[cfg(KernelPrinting)]`. The root task depends on selfe-sys directly.
pub fn root_task() {
    linked_kernel();
    print(&or_exit(link::arguments()));
}
