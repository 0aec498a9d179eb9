//! libsel4's error codes as a Rust error.

use core::fmt;
use selfe_sys as sys;

/// A system call's error. It shows libsel4's own name, such as `seL4_NotEnoughMemory`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error(sys::seL4_Error);

impl Error {
    /// The result of a call that returns a code of libsel4: `seL4_NoError` is `Ok`.
    ///
    /// # Errors
    /// The code is another one.
    pub fn check(code: sys::seL4_Error) -> Result<(), Error> {
        match code {
            sys::seL4_NoError => Ok(()),
            code => Err(Error(code)),
        }
    }

    /// libsel4's code.
    pub fn code(self) -> sys::seL4_Error {
        self.0
    }

    /// libsel4's name of the code, if it has one.
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            sys::seL4_InvalidArgument => "seL4_InvalidArgument",
            sys::seL4_InvalidCapability => "seL4_InvalidCapability",
            sys::seL4_IllegalOperation => "seL4_IllegalOperation",
            sys::seL4_RangeError => "seL4_RangeError",
            sys::seL4_AlignmentError => "seL4_AlignmentError",
            sys::seL4_FailedLookup => "seL4_FailedLookup",
            sys::seL4_TruncatedMessage => "seL4_TruncatedMessage",
            sys::seL4_DeleteFirst => "seL4_DeleteFirst",
            sys::seL4_RevokeFirst => "seL4_RevokeFirst",
            sys::seL4_NotEnoughMemory => "seL4_NotEnoughMemory",
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "seL4 error {}", self.0),
        }
    }
}

/// The same as `Display`: `main` prints a returned error with it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_libsel4_has_a_name() {
        assert_eq!(Error::check(sys::seL4_NoError), Ok(()));
        for code in 1..sys::seL4_NumErrors {
            let error = Error::check(code).unwrap_err();
            assert!(
                error.name().is_some(),
                "libsel4 has an error {code} that has no name here"
            );
        }
        assert_eq!(Error(sys::seL4_DeleteFirst).to_string(), "seL4_DeleteFirst");
        assert_eq!(
            Error(sys::seL4_NumErrors).to_string(),
            format!("seL4 error {}", sys::seL4_NumErrors)
        );
    }
}
