//! The configuration as in sel4.toml: every platform, both profiles.

use super::{FollowsRelease, RepoSource, SeL4Sources, SingleValue};
use crate::platform::PlatformData;
use crate::tools::compiler::CompilerKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A whole sel4.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// `[sel4]`.
    pub sel4: SeL4,
    /// `[build.PLATFORM]`, by platform.
    pub build: BTreeMap<String, PlatformBuild>,
    /// `[metadata]`.
    pub metadata: PropertiesTree,
    /// `[platform.NAME]`, by name: boards that the file describes.
    pub platforms: BTreeMap<String, PlatformData>,
}

/// `[sel4]`: the sources and the kernel's options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeL4 {
    /// The three source trees.
    pub sources: SeL4Sources,
    /// A finished CMake build directory to use as it is.
    pub build_dir: Option<PathBuf>,
    /// `[sel4.config]`.
    pub config: PropertiesTree,
    /// Which of the sources the file leaves out.
    pub follows_release: FollowsRelease,
    /// An OpenSBI that the file names.
    pub opensbi: Option<RepoSource>,
    /// The verified configuration to start from.
    pub verified: Option<String>,
    /// Whether it is an error if the kernel does not use an option as requested.
    pub deny_ignored_options: bool,
}

/// Options with their profile, architecture and platform sub-tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PropertiesTree {
    /// For all builds.
    pub shared: BTreeMap<String, SingleValue>,
    /// For debug builds.
    pub debug: BTreeMap<String, SingleValue>,
    /// For release builds.
    pub release: BTreeMap<String, SingleValue>,
    /// For builds whose arch, sel4_arch or platform has that name.
    pub contextual: BTreeMap<String, BTreeMap<String, SingleValue>>,
}

/// `[build.PLATFORM]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlatformBuild {
    /// The kind of compiler; none for the first one that is installed.
    pub compiler: Option<CompilerKind>,
    /// Such as `aarch64-linux-gnu-`; put before `gcc`, `ld` and so on.
    pub cross_compiler_prefix: Option<String>,
    /// The folder that holds the cross compiler.
    pub toolchain_dir: Option<PathBuf>,
    /// `[build.PLATFORM.debug]`.
    pub debug_build_profile: Option<PlatformBuildProfile>,
    /// `[build.PLATFORM.release]`.
    pub release_build_profile: Option<PlatformBuildProfile>,
}

/// `[build.PLATFORM.debug]` or `[build.PLATFORM.release]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformBuildProfile {
    /// A shell command that makes the root task.
    pub make_root_task: Option<String>,
    /// The root task's file, relative to the folder of sel4.toml.
    pub root_task_image: PathBuf,
}
