//! Exit codes: which error ends with which, and what `--help` says about them.

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use selfe_config::arch::UnknownName;
use selfe_config::boot::outcome::Outcome;
use selfe_config::boot::qemu::QemuError;
use selfe_config::cache::CacheError;
use selfe_config::image::ImageError;
use selfe_config::kernel::KernelError;
use selfe_config::lock::LockError;
use selfe_config::model::ImportError;
use selfe_config::options::verified_config::VerifiedError;
use selfe_config::source::SourceError;
use std::process::{ExitCode, ExitStatus};

/// The part of `--help` about exit codes.
pub const HELP: &str = "\
Exit codes:
  0    success
  2    wrong usage or configuration
  3    a missing tool (`selfe doctor` tells which)
  4    an unreachable source
  5    a failed build
  6    a failed run
  124  the time allowed by --timeout is over
  128+ a signal: 130 after Ctrl-C
`run` and `simulate` otherwise end with the root task's own code.";

/// The colour of `error:`, as cargo and clap have it.
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    Usage = 2,
    MissingTool = 3,
    Unreachable = 4,
    Build = 5,
    Run = 6,
    Timeout = 124,
}

/// Why a command ends early.
#[derive(Debug)]
pub struct Failure {
    kind: ExitKind,
    message: String,
}

impl Failure {
    pub fn new(kind: ExitKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
        }
    }

    /// A failure where a command did not end well; `message` says so with the reason.
    pub fn unless_success(
        status: std::io::Result<ExitStatus>,
        kind: ExitKind,
        message: impl FnOnce(&str) -> String,
    ) -> Result<(), Self> {
        let why = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        Err(Failure::new(kind, message(&why)))
    }

    /// Prints the message; the code is left to return.
    pub fn report(&self) -> ExitCode {
        // A message of several parts brings its own headings.
        if self.message.starts_with("error") {
            eprintln!("{}", self.message);
        } else {
            eprintln!("{ERROR}error:{ERROR:#} {}", self.message);
        }
        ExitCode::from(self.kind as u8)
    }
}

/// The code of a run.
pub fn of_outcome(outcome: Outcome) -> Result<ExitCode, Failure> {
    let failed = |message: String| Err(Failure::new(ExitKind::Run, message));
    match outcome {
        Outcome::Exited(code) => Ok(ExitCode::from(u8::try_from(code).unwrap_or(1))),
        Outcome::Ended(end) => failed(end.to_string()),
        // Whoever sent the signal knows; the number is what shells make of it.
        Outcome::Interrupted(signal) => Ok(ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))),
        Outcome::TimedOut => Err(Failure::new(
            ExitKind::Timeout,
            "the time allowed by --timeout is over, and the root task has not ended",
        )),
        Outcome::Stopped => {
            failed("QEMU ended and the root task had not: QEMU was quit, or the machine reset itself".to_owned())
        }
        Outcome::MachineFailed { machine, status } => failed(format!(
            "{machine} failed: {status}\nits own message is above; `-v` shows its command line"
        )),
    }
}

fn of_cache(error: &CacheError) -> ExitKind {
    match error {
        CacheError::NoFolder => ExitKind::Usage,
        CacheError::Io { .. } => ExitKind::Build,
    }
}

fn of_source(error: &SourceError) -> ExitKind {
    match error {
        SourceError::Cache(error) => of_cache(error),
        SourceError::NoGit(_) => ExitKind::MissingTool,
        SourceError::Unreachable { .. } => ExitKind::Unreachable,
        SourceError::NoFolder { .. }
        | SourceError::NotThatTree { .. }
        | SourceError::TooOld { .. }
        | SourceError::Read { .. }
        | SourceError::NotAFile { .. }
        | SourceError::TooMuch { .. }
        | SourceError::LooksLikeOption { .. }
        | SourceError::NoSuchTarget { .. }
        | SourceError::PinIsGone { .. } => ExitKind::Usage,
        SourceError::DiskFull { .. } | SourceError::Git { .. } => ExitKind::Build,
    }
}

fn of_kernel(error: &KernelError) -> ExitKind {
    match error {
        KernelError::Cache(error) => of_cache(error),
        KernelError::Source(error) => of_source(error),
        KernelError::MissingTool(_) => ExitKind::MissingTool,
        KernelError::Verified(error) => match **error {
            VerifiedError::Read { .. } | VerifiedError::NotReached { .. } => ExitKind::Build,
            _ => ExitKind::Usage,
        },
        KernelError::Import(_)
        | KernelError::WrongValues(_)
        | KernelError::Ignored(_)
        | KernelError::NoFile { .. }
        | KernelError::BuildDir { .. }
        | KernelError::BuildDirIsSet(_)
        | KernelError::PlatformTooNew { .. }
        | KernelError::Unbuildable { .. } => ExitKind::Usage,
        KernelError::Step(_)
        | KernelError::Result { .. }
        | KernelError::SourceChanged(_)
        | KernelError::NoPlainPath(_) => ExitKind::Build,
        KernelError::NotInCache { .. } => ExitKind::Run,
    }
}

fn of_lock(error: &LockError) -> ExitKind {
    match error {
        LockError::Source(error) => of_source(error),
        LockError::Write { .. } => ExitKind::Build,
        LockError::Read { .. }
        | LockError::Damaged(_)
        | LockError::Conflict { .. }
        | LockError::Newer { .. }
        | LockError::WouldChange { .. }
        | LockError::Variable { .. }
        | LockError::NoSuchSource { .. } => ExitKind::Usage,
    }
}

fn of_image(error: &ImageError) -> ExitKind {
    match error {
        ImageError::Build(error) => of_kernel(error),
        ImageError::MissingTool(_) => ExitKind::MissingTool,
        ImageError::NoRootTask(_)
        | ImageError::RootTask { .. }
        | ImageError::OtherKernel { .. }
        | ImageError::Slots { .. }
        | ImageError::NoLoader { .. } => ExitKind::Usage,
        ImageError::Cache(error) => of_cache(error),
        ImageError::Io { .. } | ImageError::NoKernel { .. } | ImageError::Kernel { .. } => ExitKind::Build,
    }
}

fn of_qemu(error: &QemuError) -> ExitKind {
    match error {
        QemuError::MissingTool(_) => ExitKind::MissingTool,
        QemuError::NoMachine { .. }
        | QemuError::NoOption { .. }
        | QemuError::Conflict { .. }
        | QemuError::Cpu { .. }
        | QemuError::Memory { .. }
        | QemuError::Quotes(_) => ExitKind::Usage,
        QemuError::Probe { .. } | QemuError::Console(_) | QemuError::Name { .. } => ExitKind::Run,
    }
}

macro_rules! failures {
    ($($error:ty => $kind:expr;)+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let kind: fn(&$error) -> ExitKind = $kind;
                Failure::new(kind(&error), error.to_string())
            }
        })+
    };
}

failures! {
    CacheError => of_cache;
    SourceError => of_source;
    KernelError => of_kernel;
    LockError => of_lock;
    ImageError => of_image;
    QemuError => of_qemu;
    ImportError => |_| ExitKind::Usage;
    UnknownName => |_| ExitKind::Usage;
}
