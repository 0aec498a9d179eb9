//! Exit codes: which kind of failure has which, and what `--help` says about them.

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use selfe_config::ErrorKind;
use selfe_config::boot::explain::Explainer;
use selfe_config::boot::outcome::Outcome;
use selfe_config::boot::qemu::QemuError;
use selfe_config::cache::CacheError;
use selfe_config::image::ImageError;
use selfe_config::kernel::KernelError;
use selfe_config::lock::LockError;
use selfe_config::model::{ImportError, UnknownName};
use selfe_config::source::SourceError;
use std::process::{ExitCode, ExitStatus};

/// The part of `--help` about exit codes.
pub const HELP: &str = "\
Exit codes:
  0    success
  2    wrong usage or configuration
  3    a missing tool (see `selfe doctor`)
  4    an unreachable source
  5    a failed build
  6    a failed run
  124  the time limit of --timeout was reached
  128+ a signal: 130 after Ctrl-C
`run` and `simulate` otherwise end with the root task's own code.";

/// The colour of `error:`, as cargo and clap have it.
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// The exit code when the time limit is reached.
const TIMED_OUT: u8 = 124;

fn code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Usage => 2,
        ErrorKind::MissingTool => 3,
        ErrorKind::Unreachable => 4,
        ErrorKind::Build => 5,
        ErrorKind::Run => 6,
    }
}

/// Why a command ends early.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure {
            code: code(kind),
            message: message.into(),
        }
    }

    /// The time limit was reached.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Failure {
            code: TIMED_OUT,
            message: message.into(),
        }
    }

    /// A failure if a command did not succeed; `message` makes its text from the reason.
    pub fn unless_success(
        status: std::io::Result<ExitStatus>,
        kind: ErrorKind,
        message: impl FnOnce(&str) -> String,
    ) -> Result<(), Self> {
        let why = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        Err(Failure::new(kind, message(&why)))
    }

    /// Prints the message and returns the exit code.
    pub fn report(&self) -> ExitCode {
        // A message of several parts has its own headings.
        if self.message.starts_with("error") {
            eprintln!("{}", self.message);
        } else {
            eprintln!("{ERROR}error:{ERROR:#} {}", self.message);
        }
        ExitCode::from(self.code)
    }
}

/// The exit code of a run.
pub fn of_outcome(outcome: Outcome, explainer: &Explainer) -> Result<ExitCode, Failure> {
    let failed = |message: String| Err(Failure::new(ErrorKind::Run, message));
    match outcome {
        Outcome::Exited(code) => Ok(ExitCode::from(u8::try_from(code).unwrap_or(1))),
        Outcome::Ended(end) => failed(explainer.end(&end)),
        // The sender of the signal knows why; the code is that of shells.
        Outcome::Interrupted(signal) => Ok(ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))),
        Outcome::TimedOut => Err(Failure::timed_out(
            "the time limit of --timeout was reached before the root task ended",
        )),
        Outcome::Stopped => {
            failed("QEMU ended before the root task: QEMU was quit, or the machine reset itself".to_owned())
        }
        Outcome::MachineFailed { machine, status } => failed(format!(
            "{machine} failed: {status}\nits own message is above; `-v` shows its command line"
        )),
    }
}

macro_rules! failures {
    ($($error:ty,)+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Failure::new(error.kind(), error.to_string())
            }
        })+
    };
}

failures! {
    CacheError,
    SourceError,
    KernelError,
    LockError,
    ImageError,
    QemuError,
    ImportError,
    UnknownName,
}
