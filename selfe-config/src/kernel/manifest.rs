//! What came out of a kernel build, as written to the build's `manifest.toml`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What came out of a kernel build; its file is written last and marks the build complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of all inputs, in hexadecimal: the name of the cache entry.
    pub key: String,
    /// The kernel's release, from its `VERSION` file.
    pub kernel_version: String,
    /// The architecture family's word.
    pub arch: String,
    /// The exact architecture's word.
    pub sel4_arch: String,
    /// The platform's name in sel4.toml.
    pub platform: String,
    /// Whether it was built for the debug profile.
    pub is_debug: bool,
    /// Such as `aarch64-linux-gnu-`, where one was used.
    pub cross_compiler_prefix: Option<String>,
    /// The kernel's source tree.
    pub kernel_source: PathBuf,
    /// The CMake build tree.
    pub build_dir: PathBuf,
    /// Every folder that libsel4's headers are searched in, absolute, in order.
    pub include_dirs: Vec<PathBuf>,
    /// `libsel4.a`.
    pub libsel4: PathBuf,
    /// `kernel.elf`; none where `build_dir` of sel4.toml named a build without one.
    pub kernel_elf: Option<PathBuf>,
    /// The elfloader's inputs are known, but its image is made for each root task; the kernel's DTB where there is one.
    pub dtb: Option<PathBuf>,
    /// Options as the kernel settled on them, by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The kernel's generated configuration (`gen_config.json` of kernel and libsel4): names without `CONFIG_`, values as text,
    /// booleans as `true` and `false`.
    pub gen_config: BTreeMap<String, String>,
    /// What was asked for and not taken as asked.
    pub reports: Vec<OptionReport>,
}

/// An option that was asked for and not taken as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionReport {
    /// The option's name.
    pub name: String,
    /// The value that was asked for, as CMake reads it.
    pub asked: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of an option that was not taken as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The kernel does not know it; the nearest known name, where one is near.
    Unknown {
        /// A known name that differs little.
        nearest: Option<String>,
    },
    /// The kernel knows it, but not for this architecture or platform.
    NotHere,
    /// The kernel's dependencies forced another value.
    Forced {
        /// The value that won.
        value: String,
    },
    /// Not one of the option's valid values; the kernel took another.
    Replaced {
        /// The value that won.
        value: String,
        /// The valid values.
        valid: Vec<String>,
    },
}
