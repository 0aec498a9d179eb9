//! Why QEMU does not boot an image.

use crate::arch::SeL4Arch;
use crate::boot::outcome::ConsoleError;
use crate::error_kind::ErrorKind;
use crate::tools::MissingTool;
use std::fmt;
use std::path::PathBuf;

/// Why QEMU does not boot an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QemuError {
    /// QEMU is not there.
    #[error("can't boot in QEMU: {0}")]
    MissingTool(#[from] MissingTool),
    /// QEMU has no such machine.
    #[error(
        "platform `{platform}` can't be simulated for {sel4_arch}: QEMU has no such machine\n`selfe build` makes what is needed for the hardware"
    )]
    NoMachine {
        /// The platform.
        platform: String,
        /// The architecture.
        sel4_arch: SeL4Arch,
    },
    /// The platform's data names an option that the kernel was not configured with.
    #[error(
        "platform `{platform}` can't be simulated: its data names the option {option}, which has no value\ngive it one in [platform.{platform}.options] of sel4.toml, or take it out of the platform's `simulate` table"
    )]
    NoOption {
        /// The platform.
        platform: String,
        /// The option.
        option: String,
    },
    /// The kernel would hang on the machine that the user asks for.
    #[error(
        "the kernel would not boot: it was configured for {wants}, and `{argument}` asks QEMU for another machine\n{advice}"
    )]
    Conflict {
        /// What the kernel was configured for.
        wants: String,
        /// The user's argument.
        argument: String,
        /// What to do about it.
        advice: String,
    },
    /// The root task is larger than the machine's memory.
    #[error(
        "the root task would not boot: it takes {loaded} MiB where it is loaded and {in_file} MiB in its file, and QEMU's `-m {memory}` has no room for both\nhelp: pass more memory, such as `-- -m 2G`, where the kernel is not configured for that much alone, or make the root task smaller"
    )]
    Memory {
        /// QEMU's `-m`.
        memory: String,
        /// How many MiB its pages take.
        loaded: u64,
        /// How many MiB of its file are loaded.
        in_file: u64,
    },
    /// The kernel would not boot on the CPU.
    #[error(
        "the kernel would not boot: it was configured for CPU features that QEMU's CPU `{cpu}` lacks\n{}\nchange these options in [sel4.config] of sel4.toml, or choose a CPU that has the features: {}`-- -enable-kvm -cpu host` where this computer has them and may use KVM",
        unmet.iter().map(|unmet| format!("  {unmet}")).collect::<Vec<_>>().join("\n"),
        usual.as_ref().map(|cpu| format!("leave `-cpu` out for QEMU's `{cpu}`, or take ")).unwrap_or_default()
    )]
    Cpu {
        /// QEMU's CPU model.
        cpu: String,
        /// What it lacks.
        unmet: Vec<Unmet>,
        /// The platform's usual model, if the user chose another.
        usual: Option<String>,
    },
    /// QEMU ended before it could be asked about its CPU.
    #[error("QEMU can't be asked about its CPU `{cpu}`: {cause}\nthe command was: {command}")]
    Probe {
        /// QEMU's CPU model.
        cpu: String,
        /// QEMU's own words.
        cause: String,
        /// The command line.
        command: String,
    },
    /// QEMU can't be started or its console can't be read.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// A file whose name QEMU can't read can't be given another.
    #[error("QEMU can't read the name {}, because it has a space, and it can't be given another: {source}\nmove the project to a folder without a space in its name", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Quoted words that don't end.
    #[error("--serial-override has a quotation mark without its partner: {0}")]
    Quotes(String),
}

impl QemuError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            QemuError::MissingTool(_) => ErrorKind::MissingTool,
            QemuError::NoMachine { .. }
            | QemuError::NoOption { .. }
            | QemuError::Conflict { .. }
            | QemuError::Cpu { .. }
            | QemuError::Memory { .. }
            | QemuError::Quotes(_) => ErrorKind::Usage,
            QemuError::Probe { .. } | QemuError::Console(_) | QemuError::Name { .. } => ErrorKind::Run,
        }
    }
}

/// A CPU feature that the kernel needs and QEMU's CPU lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// QEMU's name for the feature.
    pub(crate) feature: String,
    /// The option that asks for it.
    pub(crate) option: String,
    /// A value of that option, as sel4.toml spells it, that does without.
    pub(crate) otherwise: String,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unmet {
            feature,
            option,
            otherwise,
        } = self;
        write!(
            f,
            "{feature}: wanted because of {option}; {option} = {otherwise} does without"
        )
    }
}
