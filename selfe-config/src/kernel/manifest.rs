//! The record of a kernel build; its text marks the cache entry as complete.

use super::collect::Collected;
use crate::arch::{Arch, SeL4Arch};
use crate::cache::hex;
use crate::model::RepoSource;
use crate::model::contextualized::Contextualized;
use crate::options::OptionReport;
use crate::release::{self, Recognised, Renamed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The record of a kernel build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Manifest {
    /// SHA-256 of all inputs, in hexadecimal: the name of the cache entry. For a user's
    /// `build_dir`, SHA-256 of its path.
    pub key: String,
    /// The kernel's version from its `VERSION` file, or else the release's number.
    pub kernel_version: String,
    /// The release that it is, or is treated as: one of [`crate::release`].
    pub release: String,
    /// The architecture family.
    pub arch: Arch,
    /// The exact architecture.
    pub sel4_arch: SeL4Arch,
    /// The platform's name in sel4.toml.
    pub platform: String,
    /// Whether it was built for the debug profile.
    pub is_debug: bool,
    /// Such as `aarch64-linux-gnu-`; none if the compiler has no prefix.
    pub cross_compiler_prefix: Option<String>,
    /// The kernel's source tree.
    pub kernel_source: PathBuf,
    /// The CMake build tree.
    pub build_dir: PathBuf,
    /// The include folders of libsel4's headers: absolute paths, in the order in which they are
    /// searched.
    pub include_dirs: Vec<PathBuf>,
    /// `libsel4.a`.
    pub libsel4: PathBuf,
    /// `kernel.elf`; none if it is missing from a user's `build_dir`.
    pub kernel_elf: Option<PathBuf>,
    /// SHA-256 of `kernel.elf`, in hexadecimal.
    #[serde(default)]
    pub kernel_sha256: Option<String>,
    /// SHA-256 of the identity of compiler and binutils; empty for a user's `build_dir`.
    #[serde(default)]
    pub tools: String,
    /// The C compiler; none for a user's `build_dir`.
    pub compiler: Option<PathBuf>,
    /// Folders that were searched for the compiler before `PATH`.
    pub toolchain_dirs: Vec<PathBuf>,
    /// Every option passed to CMake, with its value as CMake reads it.
    pub asked: BTreeMap<String, String>,
    /// Options that the kernel did not use as requested.
    pub reports: Vec<OptionReport>,
    /// The options that the kernel settled on, by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The kernel's generated configuration: names without `CONFIG_`; booleans are `true` and
    /// `false`.
    pub gen_config: BTreeMap<String, String>,
    /// The sources of a bootable image; none if the kernel needs no loader.
    pub loader: Option<LoaderSources>,
}

impl Manifest {
    /// Whether it is a user's `build_dir`, which may change at any time, unlike a build in the
    /// cache.
    pub fn is_of_user(&self) -> bool {
        self.compiler.is_none()
    }

    /// The names that this kernel's options had in earlier releases. If a fork still has an option
    /// of such a name, it is left out.
    pub fn former_names(&self) -> impl Iterator<Item = Renamed> {
        let renamed = release::by_name(&self.release).map(release::renamed);
        let has = |name: &str| self.options.contains_key(name);
        renamed
            .into_iter()
            .flatten()
            .filter(move |one| has(&one.to) && !has(&one.from))
    }
}

/// The sources of seL4's elfloader and of the firmware below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoaderSources {
    /// seL4_tools.
    pub tools: RepoSource,
    /// util_libs.
    pub util_libs: RepoSource,
    /// OpenSBI; none if the machine has its own firmware.
    pub opensbi: Option<RepoSource>,
}

/// The record of what was collected from a tree; the caller fills in what the plan knows.
pub(super) fn manifest_of(
    config: &Contextualized,
    kernel: &Path,
    tree: &Path,
    release: &Recognised,
    collected: Collected,
) -> Manifest {
    let context = &config.context;
    let bytes = collected
        .kernel_elf
        .as_ref()
        .and_then(|kernel| std::fs::read(kernel).ok());
    Manifest {
        key: String::new(),
        kernel_version: release.version.clone(),
        release: release.release.name.clone(),
        arch: context.arch,
        sel4_arch: context.sel4_arch,
        platform: context.platform.to_string(),
        is_debug: context.is_debug,
        cross_compiler_prefix: config.build.cross_compiler_prefix.clone(),
        kernel_source: kernel.to_owned(),
        build_dir: tree.to_owned(),
        include_dirs: collected.include_dirs,
        libsel4: collected.libsel4,
        kernel_elf: collected.kernel_elf,
        kernel_sha256: bytes.map(|bytes| hex(&Sha256::digest(&bytes))),
        tools: String::new(),
        compiler: None,
        toolchain_dirs: Vec::new(),
        asked: BTreeMap::new(),
        reports: Vec::new(),
        options: collected.options,
        gen_config: collected.gen_config,
        loader: None,
    }
}
