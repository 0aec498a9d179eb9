//! Errors: every call of the kernel is checked, and its error is shown by libsel4's name.

use core::fmt;
use selfe_runtime::Error;
use selfe_runtime::thread::ThreadError;
use selfe_sys::seL4_Error;

/// What failed.
pub enum Failure {
    /// A call of the kernel: what it was for, and the kernel's answer.
    Kernel(&'static str, Error),
    /// Starting a thread.
    Thread(ThreadError),
}

/// The result of a call of libsel4.
pub fn check(doing: &'static str, code: seL4_Error) -> Result<(), Failure> {
    Error::check(code).map_err(|error| Failure::Kernel(doing, error))
}

/// selfe-start prints this if `main` returns the error.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Kernel(doing, error) => write!(f, "{doing}: the kernel answered {error}"),
            Failure::Thread(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl From<ThreadError> for Failure {
    fn from(error: ThreadError) -> Self {
        Failure::Thread(error)
    }
}
