//! What a `build.rs` calls: the only place that reads cargo's environment and prints `cargo::`
//! lines.
//!
//! | called by | function | what it does |
//! | --- | --- | --- |
//! | a root task | [`root_task`] | link arguments, and a `cfg` for each of the kernel's options that is on |
//! | a library that needs the kernel's facts | [`linked_kernel`] | the cfgs, and the [`Manifest`] of the kernel that selfe-sys links |
//! | selfe-sys | [`kernel_build`] | builds the kernel, or finds it in the cache |
//! | selfe-sys with its feature `vendored` | [`vendored_kernel_build`] | the same, from the sources in the crate `sel4-src` |
//! | a build script with errors of its own | [`report`] | prints them for cargo |
//! | a library that docs.rs shows | [`is_docs_rs`] | whether this is docs.rs, where there is no
//! kernel |
//! | anything that needs only sel4.toml | [`load_config_from_env_or_default`] | reads it and
//! resolves it for cargo's target |
//!
//! None of these returns an error: a `build.rs` has nobody to give it to. They print
//! `cargo::error=` lines and end the build script with exit code 1. A script that has to do
//! something itself first calls [`try_root_task`] and its neighbours, and [`report`].

mod asked;
mod cfgs;
mod config;
mod directives;
mod environment;
mod error;
mod features;
mod kernel;
mod link;
mod origin;
mod pairing;
mod programs;
mod renamed;
mod runner;
mod which;
mod workspace;

pub use directives::tell_cargo;
pub use environment::{BuildEnv, BuildProfile};
#[doc(hidden)]
pub use kernel::ALREADY_TOLD;
#[doc(hidden)]
pub use which::of_folder;

use crate::kernel::{KernelBuild, Manifest};
use crate::model::contextualized::Contextualized;
use crate::vendored::VendoredSources;
use directives::{or_exit, print};
use error::BuildScriptError;
use std::path::PathBuf;

/// Why a build script can't go on. Its text is complete: what failed, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] BuildScriptError);

/// Reads the configuration that applies ([`kernel_build`] says which), and resolves it for cargo's
/// target and profile. `SEL4_PLATFORM`, `SEL4_OVERRIDE_ARCH` and `SEL4_OVERRIDE_SEL4_ARCH` override
/// what follows from the target; a warning names the platform if it was not chosen explicitly.
pub fn load_config_from_env_or_default() -> Contextualized {
    or_exit(try_load_config_from_env_or_default())
}

/// As [`load_config_from_env_or_default`], but returns errors.
///
/// # Errors
/// There is no such file, something in it is wrong, or it has nothing for cargo's target.
pub fn try_load_config_from_env_or_default() -> Result<Contextualized, Error> {
    let resolved = config::resolve(&BuildEnv::try_from_env_vars()?)?;
    print(&resolved.reruns());
    print(&resolved.declarations());
    for warning in resolved.warnings() {
        print(&directives::message("warning", &warning));
    }
    Ok(resolved.config)
}

impl Contextualized {
    /// Turns every option that is `true` into a `cfg` of that name, and declares all boolean
    /// options, so that the compiler knows them.
    pub fn print_boolean_feature_flags(&self) {
        print(&directives::cfgs(self.sel4_config.iter().filter_map(
            |(name, value)| match value {
                crate::value::SingleValue::Boolean(on) => Some((name.as_str(), *on)),
                _ => None,
            },
        )));
    }
}

/// Builds the kernel as the environment and sel4.toml say, or finds it in the cache; for a crate
/// that links libsel4 and has `links = "sel4"`.
///
/// The sel4.toml is the one that `SEL4_CONFIG_PATH` names; or else that of the workspace being
/// built, beside one of its crates that depend on selfe-sys or in a folder above, up to the
/// workspace's root; or else the embedded default. A warning names the file if no variable does. A
/// workspace with several files is built one crate at a time, selected by `-p`, `--manifest-path`
/// or the current folder: cargo compiles this crate once for all members.
///
/// Uses the commits in sel4.lock for branches and tags, and adds missing ones; `SELFE_LOCKED=1`
/// makes that an error.
///
/// Prints what makes cargo run the build script again (the environment, sel4.toml and sel4.lock,
/// source folders, the cache entry itself), the kernel's options as cfgs, a warning for each option
/// that the kernel did not use as requested, and the metadata that dependents read as
/// `DEP_SEL4_MANIFEST`, `…_INCLUDE`, `…_KEY`, `…_KERNEL_VERSION`, `…_PLATFORM`, `…_ARCH`,
/// `…_SEL4_ARCH`, `…_IS_DEBUG` and `…_CROSS_COMPILER_PREFIX`.
pub fn kernel_build() -> KernelBuild {
    or_exit(try_kernel_build())
}

/// As [`kernel_build`], but returns errors.
///
/// # Errors
/// The configuration can't be used, a source or a tool is missing, or the kernel does not build.
pub fn try_kernel_build() -> Result<KernelBuild, Error> {
    Ok(kernel::build(&BuildEnv::try_from_env_vars()?, None)?)
}

/// As [`kernel_build`], with the sources of the kernel and the elfloader from the crate `sel4-src`.
/// A sel4.toml that names other sources is an error.
pub fn vendored_kernel_build(sources: &VendoredSources) -> KernelBuild {
    or_exit(try_vendored_kernel_build(sources))
}

/// As [`vendored_kernel_build`], but returns errors.
///
/// # Errors
/// As [`try_kernel_build`], or sel4.toml names other sources.
pub fn try_vendored_kernel_build(sources: &VendoredSources) -> Result<KernelBuild, Error> {
    Ok(kernel::build(&BuildEnv::try_from_env_vars()?, Some(sources))?)
}

/// The kernel that selfe-sys built and links, for a crate that depends on selfe-sys directly;
/// prints the kernel's options and release as cfgs.
pub fn linked_kernel() -> Manifest {
    or_exit(try_linked_kernel())
}

/// As [`linked_kernel`], but returns errors.
///
/// # Errors
/// The crate does not depend on selfe-sys directly, or the record of the build can't be read.
pub fn try_linked_kernel() -> Result<Manifest, Error> {
    let manifest = kernel::linked()?;
    print(&cfgs::cfgs_of(&manifest));
    Ok(manifest)
}

/// Rust code that selfe-sys contains: it does not compile for a program that uses registers, such
/// as AVX's, which this kernel neither enables nor saves. The error says which option enables them.
pub fn register_guard(manifest: &Manifest) -> String {
    features::guard(manifest)
}

/// Everything that a root task's `build.rs` has to do: link arguments for its programs, and cfgs
/// for the kernel's options, such as `#[cfg(KernelPrinting)]`, and for its release, as in
/// `#[cfg(sel4_release_at_least = "15")]`. The root task must depend on selfe-sys directly.
///
/// It is an error if a sel4.toml is nearer to the crate than the one that selfe-sys was built with,
/// or if selfe-sys was built for another project in the same target folder, unless
/// `SEL4_CONFIG_PATH` named the file. The next build then compiles selfe-sys again.
pub fn root_task() {
    or_exit(try_root_task())
}

/// As [`root_task`], but returns errors.
///
/// # Errors
/// As [`try_linked_kernel`], or selfe-sys was built with another sel4.toml than this crate's.
pub fn try_root_task() -> Result<(), Error> {
    origin::check()?;
    let manifest = try_linked_kernel()?;
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    print(&renamed::warnings(&manifest, &package));
    print(&kernel::silenced_warnings());
    print(&link::arguments()?);
    if !origin::is_embedded() {
        let mut watched = link::reruns();
        watched.extend(origin::watched_folder());
        // Without a line like these cargo watches the whole package.
        if !watched.is_empty() {
            watched.push(renamed::WATCHED.to_owned());
        }
        print(&watched);
    }
    Ok(())
}

/// Whether docs.rs is building the crate. It has no network, and lacks Python packages that the
/// kernel's scripts import, so there is no kernel, not even from sources in a crate. Declares the
/// cfg `docsrs`, and sets it there, so that a crate that needs the kernel shows only its front
/// page.
pub fn is_docs_rs() -> bool {
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    println!("cargo::rustc-check-cfg=cfg(docsrs)");
    let is_docs_rs = std::env::var_os("DOCS_RS").is_some();
    if is_docs_rs {
        println!("cargo::rustc-cfg=docsrs");
    }
    is_docs_rs
}

/// The end of a build script: an error becomes `cargo::error=` lines and exit code 1.
#[must_use = "cargo sees no failure unless main returns it"]
pub fn report<E: std::fmt::Display>(result: Result<(), E>) -> std::process::ExitCode {
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            print(&directives::message("error", &error.to_string()));
            std::process::ExitCode::FAILURE
        }
    }
}
