//! Configuring and building a kernel.
//!
//! All projects on the machine that want the same kernel share one build in the cache, named by a
//! hash of all its inputs. The tree is configured once and holds both libsel4.a and kernel.elf, so
//! headers, library and kernel can't disagree.

#[cfg(feature = "run")]
mod around;
mod build;
mod build_dir;
mod build_paths;
mod cached;
mod collect;
mod configure;
pub(crate) mod configured;
mod environment;
mod error;
mod gen_config;
mod identity;
mod manifest;
mod plan;
mod python;
mod runner;

#[cfg(feature = "run")]
pub(crate) use around::tools_around;
pub(crate) use build::build;
#[cfg(feature = "run")]
pub(crate) use build::until_sources_rest;
pub(crate) use build_dir::use_build_dir;
#[cfg(feature = "run")]
pub(crate) use build_paths::BuildPaths;
pub use cached::{KernelBuild, find};
pub use error::{KernelError, StepFailure};
pub use manifest::{LoaderSources, Manifest};
pub use plan::Plan;
#[cfg(feature = "run")]
pub(crate) use runner::Runner;
