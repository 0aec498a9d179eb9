//! The configuration for one architecture, platform and profile.

use super::place::Place;
use super::{Arch, FollowsRelease, Pins, Platform, RepoSource, SeL4Arch, SeL4Sources, SingleValue};
use crate::tools::compiler::CompilerKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The content of sel4.toml for one [`Context`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contextualized {
    /// The three source trees.
    pub sel4_sources: SeL4Sources,
    /// Which of them follow from the kernel's release, once that is known.
    pub follows_release: FollowsRelease,
    /// OpenSBI, the firmware below a RISC-V kernel, if sel4.toml names it.
    pub opensbi: Option<RepoSource>,
    /// The commits that the sources' branches and tags stand for; empty until [`crate::lock`] fills
    /// it.
    pub pins: Pins,
    /// The verified configuration to start from, if sel4.toml names one.
    pub verified: Option<Verified>,
    /// A finished CMake build directory to use as it is.
    pub build_dir: Option<PathBuf>,
    /// The Rust target of the programs, if known: it decides the ABI of the kernel's library.
    pub rust_target: Option<String>,
    /// What the rest was resolved for.
    pub context: Context,
    /// The kernel's options.
    pub sel4_config: BTreeMap<String, SingleValue>,
    /// Where each of them is set.
    pub asked_at: AskedAt,
    /// Whether it is an error if the kernel does not use an option as requested.
    pub deny_ignored_options: bool,
    /// How the platform's programs are built.
    pub build: Build,
    /// The user's own values.
    pub metadata: BTreeMap<String, SingleValue>,
}

impl Contextualized {
    /// The firmware below a RISC-V kernel: the one that sel4.toml names for all platforms, or else
    /// the platform's `usual` one.
    pub fn firmware(&self, usual: &RepoSource) -> RepoSource {
        let own = self.opensbi.clone();
        own.unwrap_or_else(|| usual.below(self.context.base_dir.as_deref()))
    }
}

/// `[sel4] verified`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The configuration's name, such as `AARCH64_zynqmp`.
    pub name: String,
    /// The place of the key, for messages: file, line and column.
    pub at: String,
}

/// Where the kernel's options are set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskedAt {
    /// The file; none for a text without one.
    pub file: Option<PathBuf>,
    /// The place of each option.
    pub options: BTreeMap<String, Place>,
}

impl AskedAt {
    /// File, line and column of an option; none if it is not from a file.
    pub fn place(&self, option: &str) -> Option<String> {
        let (file, place) = (self.file.as_ref()?, self.options.get(option)?);
        Some(format!("{}:{}:{}", file.display(), place.line, place.column))
    }
}

/// The architecture, platform and profile that a configuration was resolved for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The board.
    pub platform: Platform,
    /// Debug or release.
    pub is_debug: bool,
    /// The folder that relative paths count from: that of sel4.toml.
    pub base_dir: Option<PathBuf>,
    /// The architecture family.
    pub arch: Arch,
    /// The exact architecture.
    pub sel4_arch: SeL4Arch,
}

/// How the chosen platform's programs are built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The kind of compiler, if sel4.toml names one.
    pub compiler: Option<CompilerKind>,
    /// Such as `aarch64-linux-gnu-`.
    pub cross_compiler_prefix: Option<String>,
    /// The folder that holds the cross compiler.
    pub toolchain_dir: Option<PathBuf>,
    /// How the root task is made.
    pub root_task: Option<RootTask>,
}

/// How the root task is made, and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootTask {
    /// A shell command that makes it.
    pub make_command: Option<String>,
    /// Its file, relative to [`Context::base_dir`].
    pub image_path: PathBuf,
}
