//! Why a verified configuration can't be read or used.

use crate::error_kind::ErrorKind;
use crate::model::ImportError;
use crate::tools::MissingTool;
use std::fmt;
use std::path::PathBuf;

/// Why a verified configuration can't be read or used. Each text is complete: what failed, where,
/// and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifiedError {
    /// The configuration can't be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// CMake is not installed.
    #[error(transparent)]
    MissingTool(#[from] MissingTool),
    /// CMake could not read the kernel's files.
    #[error("can't read the verified configurations in {}: {cause}\nthe kernel may be of a release that selfe does not know", dir.display())]
    Read {
        /// The folder that holds them.
        dir: PathBuf,
        /// What is wrong, with CMake's message.
        cause: String,
    },
    /// Python packages that the kernel's scripts need are missing, and this command installs none.
    #[error("the Python packages that the kernel's scripts need are not installed yet; a build installs them")]
    Python,
    /// The kernel has no configuration of that name.
    #[error(
        "{at}: seL4 {version} has no verified configuration `{name}`{}\nfor {sel4_arch} it has {}\n`selfe verified` lists all, with their platforms",
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default(),
        listed(known)
    )]
    NoSuch {
        /// Where sel4.toml names it: file, line, column.
        at: String,
        /// The kernel's version.
        version: String,
        /// The name.
        name: String,
        /// The architecture.
        sel4_arch: String,
        /// The kernel's verified configurations for that architecture.
        known: Vec<String>,
        /// A similar name among all configurations.
        nearest: Option<String>,
    },
    /// It is for another board.
    #[error(
        "{at}: the verified configuration `{name}` is for {its_board}, and platform `{platform}` is {board}\nfor this platform the kernel has {}\nfor the platforms that selfe knows, with the same architecture, it has {}",
        listed(here),
        listed(elsewhere)
    )]
    OtherBoard {
        /// Where sel4.toml names it: file, line, column.
        at: String,
        /// The name.
        name: String,
        /// Its board, in the kernel's words.
        its_board: String,
        /// The platform that was chosen.
        platform: String,
        /// The platform's board, in the kernel's words.
        board: String,
        /// The verified configurations that are for this board.
        here: Vec<String>,
        /// Those of this architecture that are for one of selfe's platforms, with its name.
        elsewhere: Vec<String>,
    },
    /// Options of sel4.toml that the configuration does not allow.
    #[error(
        "{at}: `verified = \"{name}\"` can't be kept: sel4.toml has options that leave this configuration\n{}drop them, or drop `verified`{}",
        options.iter().map(|option| format!("  {option}\n")).collect::<String>(),
        only_debug(options)
    )]
    Leaves {
        /// Where sel4.toml names it: file, line, column.
        at: String,
        /// The name.
        name: String,
        /// The options.
        options: Vec<Leaving>,
    },
    /// The programs' Rust target has another ABI.
    #[error(
        "{at}: the verified configuration `{name}` has {option} = {value}, and programs for the Rust target `{target}` are linked only with {option} = {wanted}: the two pass floating-point numbers differently\n{}",
        if fitting.is_empty() { "drop `verified`".to_owned() } else { format!("build the programs for {}, or drop `verified`", fitting.join(" or ")) }
    )]
    Target {
        /// Where sel4.toml names it: file, line, column.
        at: String,
        /// The name.
        name: String,
        /// The option.
        option: String,
        /// Its value in the configuration.
        value: String,
        /// The value that the target needs.
        wanted: String,
        /// The Rust target.
        target: String,
        /// The targets that fit.
        fitting: Vec<String>,
    },
    /// The result is another configuration.
    #[error(
        "{at}: the kernel was configured as `verified = \"{name}\"` says, and settled on something else:\n{}nothing in [sel4.config] explains this: please report it",
        differences.iter().map(|difference| format!("  {difference}\n")).collect::<String>()
    )]
    NotReached {
        /// Where sel4.toml names it: file, line, column.
        at: String,
        /// The name.
        name: String,
        /// What differs.
        differences: Vec<Difference>,
    },
}

impl VerifiedError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            VerifiedError::MissingTool(_) => ErrorKind::MissingTool,
            VerifiedError::Read { .. } | VerifiedError::NotReached { .. } => ErrorKind::Build,
            VerifiedError::Import(_)
            | VerifiedError::Python
            | VerifiedError::NoSuch { .. }
            | VerifiedError::OtherBoard { .. }
            | VerifiedError::Leaves { .. }
            | VerifiedError::Target { .. } => ErrorKind::Usage,
        }
    }
}

impl From<MissingTool> for Box<VerifiedError> {
    fn from(error: MissingTool) -> Self {
        Box::new(error.into())
    }
}

impl From<ImportError> for Box<VerifiedError> {
    fn from(error: ImportError) -> Self {
        Box::new(error.into())
    }
}

/// Something that two configurations settle on differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The option's CMake name; if no option shows it, the name in C code, with `CONFIG_`.
    pub name: String,
    /// Its value here; none if it does not exist here.
    pub(crate) here: Option<String>,
    /// Its value in the verified configuration.
    pub(crate) there: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "not there".to_owned());
        write!(f, "{} = {}, there {}", self.name, word(&self.here), word(&self.there))
    }
}

/// An option of sel4.toml that a verified configuration does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Where it stands: file, line, column.
    pub(crate) at: String,
    /// Its table in sel4.toml.
    pub(crate) table: String,
    /// Its name.
    pub name: String,
    /// The requested value, as CMake reads it.
    pub asked: String,
    /// The value that the verified configuration settles on; none if it has no such option.
    pub(crate) there: Option<String>,
}

impl fmt::Display for Leaving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} = {} in [{}]", self.at, self.name, self.asked, self.table)?;
        match &self.there {
            Some(there) => write!(f, ", where the verified configuration has {there}"),
            None => f.write_str(", which the verified configuration does not have"),
        }
    }
}

fn only_debug(options: &[Leaving]) -> &'static str {
    if options.iter().all(|option| option.table == "sel4.config.debug") {
        "; they are for debug builds alone: the release profile (--release) is without them"
    } else {
        ""
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
