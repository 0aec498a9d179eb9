//! What failed: each call of the kernel is checked, and its error shown by libsel4's name.

use core::fmt;
use selfe_runtime::Error;
use selfe_sys::seL4_Error;

/// What was being done, and the kernel's answer.
pub struct Failure {
    doing: &'static str,
    error: Error,
}

/// The result of a call of libsel4.
pub fn check(doing: &'static str, code: seL4_Error) -> Result<(), Failure> {
    Error::check(code).map_err(|error| Failure { doing, error })
}

/// What selfe-start prints where `main` returns it.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the kernel answered {}", self.doing, self.error)
    }
}
