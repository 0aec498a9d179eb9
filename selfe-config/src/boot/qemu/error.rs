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
    /// QEMU is not installed.
    #[error("can't boot in QEMU: {0}")]
    MissingTool(#[from] MissingTool),
    /// QEMU has no such machine.
    #[error(
        "platform `{platform}` can't be simulated for {sel4_arch}: QEMU has no such machine\n`selfe build` makes the image for the hardware"
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
    /// The kernel would hang on the machine that the user's arguments describe.
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
        "the root task would not boot: it takes {loaded} MiB where it is loaded and {in_file} MiB in its file, and QEMU's `-m {memory}` has no room for both\nhelp: give QEMU more memory, with `selfe run --qemu -m --qemu 2G …` or `selfe simulate -- -m 2G`, if the kernel is not configured for a fixed amount, or make the root task smaller"
    )]
    Memory {
        /// QEMU's `-m`.
        memory: String,
        /// The size of its pages in MiB.
        loaded: u64,
        /// The size of its loaded segments in MiB.
        in_file: u64,
    },
    /// The kernel would not boot on the CPU.
    #[error(
        "the kernel would not boot: it was configured for CPU features that QEMU's CPU `{cpu}` lacks\n{}\nchange these options in [sel4.config] of sel4.toml, or choose a CPU that has the features: {}`selfe run --qemu -enable-kvm --qemu -cpu --qemu host …` or `selfe simulate -- -enable-kvm -cpu host` if this computer has them and you may use KVM",
        unmet.iter().map(|unmet| format!("  {unmet}")).collect::<Vec<_>>().join("\n"),
        usual.as_ref().map(|cpu| format!("leave `-cpu` out for QEMU's `{cpu}`, or take ")).unwrap_or_default()
    )]
    Cpu {
        /// QEMU's CPU model.
        cpu: String,
        /// The features that it lacks.
        unmet: Vec<Unmet>,
        /// The platform's usual model, if the user chose another.
        usual: Option<String>,
    },
    /// QEMU ended before it answered the questions about its CPU.
    #[error("can't ask QEMU about its CPU `{cpu}`: {cause}\nthe command was: {command}")]
    Probe {
        /// QEMU's CPU model.
        cpu: String,
        /// QEMU's own message.
        cause: String,
        /// The command line.
        command: String,
    },
    /// QEMU can't be started or its console can't be read.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// A file whose name QEMU can't parse could not be given another name.
    #[error("QEMU can't handle the space in the file name {}, and a link with another name can't be made: {source}\nmove the project to a folder without a space in its name", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Words with an unclosed quotation mark.
    #[error("--serial-override has a quotation mark that is not closed: {0}")]
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
    /// The option that requires it.
    pub(crate) option: String,
    /// A value of that option, as written in sel4.toml, that does not require it.
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
            "{feature}: needed because of {option}; {option} = {otherwise} does not need it"
        )
    }
}
