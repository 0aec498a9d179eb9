//! How a run ended, or why it could not start.

use super::last_words::End;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a run that failed is an outcome, not an error"]
pub enum Outcome {
    /// The root task ended the run with this code.
    Exited(i32),
    /// The kernel halted, or the root task's first thread faulted.
    Ended(End),
    /// A signal of this number ended it.
    Interrupted(i32),
    /// The time limit was reached.
    TimedOut,
    /// The machine stopped before the root task ended: it was reset, or the user switched it off.
    Stopped,
    /// The program that runs the machine failed.
    MachineFailed {
        /// What runs the machine, such as `QEMU`.
        machine: String,
        /// Its exit status.
        status: String,
    },
}

impl Outcome {
    /// Why the machine itself ended, in words.
    pub(crate) fn of_machine(&self) -> String {
        match self {
            Outcome::MachineFailed { machine, status } => format!("{machine} failed: {status}"),
            _ => "it was switched off, or reset itself".to_owned(),
        }
    }
}

/// A machine can't be started, or its console can't be read.
#[derive(Debug, thiserror::Error)]
#[error("can't {action} {machine}: {source}")]
pub struct ConsoleError {
    /// The operation.
    pub action: &'static str,
    /// The machine, or the program that runs it.
    pub machine: String,
    /// The system's reason.
    pub source: std::io::Error,
}
