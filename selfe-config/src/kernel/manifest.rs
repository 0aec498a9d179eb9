//! What came out of a kernel build: the text of the marker that makes its cache entry complete.

use crate::model::RepoSource;
use crate::release::Past;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// What came out of a kernel build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of all inputs, in hexadecimal: the name of the cache entry; for a `build_dir` of
    /// the user's, SHA-256 of its path.
    pub key: String,
    /// The kernel's version, as its `VERSION` file says; the release's number where it does not.
    pub kernel_version: String,
    /// The release that it is, or was taken for: one that [`crate::release`] knows.
    pub release: String,
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
    /// `kernel.elf`; none where `build_dir` of sel4.toml names a build without one.
    pub kernel_elf: Option<PathBuf>,
    /// SHA-256 of `kernel.elf`, in hexadecimal.
    #[serde(default)]
    pub kernel_sha256: Option<String>,
    /// SHA-256 of what is known of the compiler and binutils; empty for a `build_dir` of the user's.
    #[serde(default)]
    pub tools: String,
    /// The C compiler; none for a `build_dir` of the user's.
    pub compiler: Option<PathBuf>,
    /// Folders that were searched for the compiler before `PATH`.
    pub toolchain_dirs: Vec<PathBuf>,
    /// Every option that CMake was given, with the value as CMake reads it.
    pub asked: BTreeMap<String, String>,
    /// What was asked for and not taken as asked.
    pub reports: Vec<OptionReport>,
    /// Options as the kernel settled on them, by their CMake names; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// The kernel's generated configuration: names without `CONFIG_`; booleans are `true` and `false`.
    pub gen_config: BTreeMap<String, String>,
    /// Where the sources of a bootable image come from; none where the kernel is one by itself.
    pub loader: Option<LoaderSources>,
}

impl Manifest {
    /// Whether the build is a `build_dir` of the user's, which may change at any time; what lies in the cache does not.
    pub fn is_of_user(&self) -> bool {
        self.compiler.is_none()
    }
}

/// Where the sources of seL4's elfloader, and of the firmware below it, come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoaderSources {
    /// seL4_tools.
    pub tools: RepoSource,
    /// util_libs.
    pub util_libs: RepoSource,
    /// OpenSBI; none where the machine brings its own firmware.
    pub opensbi: Option<RepoSource>,
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
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Verdict {
    /// The kernel does not know it.
    Unknown {
        /// A known name that differs little.
        nearest: Option<String>,
        /// What the other releases know about it.
        past: Option<Past>,
    },
    /// It has another name since some release.
    Renamed {
        /// Today's name.
        to: String,
        /// The first release that has it.
        since: String,
        /// Why the value was not taken even so: who else gives it.
        instead: Option<String>,
    },
    /// Another option decides it since some release.
    Implied {
        /// The option that does.
        by: String,
        /// The first release where it does.
        since: String,
    },
    /// It names a platform or a board the way another release does.
    Board {
        /// The kernel's platform, the value of `KernelPlatform`.
        platform: String,
        /// The option that names the board, with its value, where there are several.
        board: Option<String>,
    },
    /// The kernel knows it, but not for this architecture or platform.
    NotHere,
    /// The kernel's dependencies forced another value.
    Forced {
        /// The value that won.
        value: String,
        /// The dependencies that don't hold, as CMake writes them, where they are known.
        #[serde(default)]
        needs: Vec<String>,
    },
    /// Not one of the option's valid values; the kernel took another.
    Replaced {
        /// The value that won.
        value: String,
        /// The valid values.
        valid: Vec<String>,
    },
}

impl fmt::Display for OptionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {} ", self.name, self.asked)?;
        match &self.verdict {
            Verdict::Renamed {
                to,
                since,
                instead: None,
            } => {
                write!(f, "was taken for {to}, its name since {since}")
            }
            Verdict::Renamed {
                to,
                since,
                instead: Some(instead),
            } => write!(f, "is left out: it is {to} since {since}, and {instead}"),
            Verdict::Implied { by, since } => write!(f, "is left out: {by} decides that since {since}"),
            Verdict::Board { platform, board } => {
                write!(f, "was taken for KernelPlatform = {platform}")?;
                match board {
                    Some(board) => write!(
                        f,
                        " with {board}: since 11.0.0 the one names the platform, the other its board"
                    ),
                    None => Ok(()),
                }
            }
            other => write!(f, "was not taken: {other}"),
        }
    }
}

impl fmt::Display for Verdict {
    /// Why an option was not taken as asked, in a few words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Unknown { past: Some(past), .. } => write!(f, "this kernel has no such option: {past}"),
            Verdict::Unknown {
                nearest: Some(near), ..
            } => write!(f, "this kernel has no such option; did you mean {near}?"),
            Verdict::Unknown { .. } => f.write_str("this kernel has no such option"),
            Verdict::Renamed { to, since, .. } => write!(f, "renamed to {to} in {since}"),
            Verdict::Implied { by, since } => write!(f, "decided by {by} since {since}"),
            Verdict::Board { platform, board } => {
                let board = board.iter().map(|board| format!(" with {board}"));
                write!(f, "taken for KernelPlatform = {platform}{}", board.collect::<String>())
            }
            Verdict::NotHere => f.write_str("this kernel has no such option for this architecture and platform"),
            Verdict::Forced { value, needs } if needs.is_empty() => write!(f, "another option forces it to be {value}"),
            Verdict::Forced { value, needs } => write!(f, "it needs {}, so it is {value}", needs.join(" and ")),
            Verdict::Replaced { value, valid } if valid.is_empty() => write!(f, "the kernel uses {value}"),
            Verdict::Replaced { value, valid } => {
                write!(f, "the kernel uses {value}; valid values are {}", valid.join(", "))
            }
        }
    }
}
