//! libsel4's error codes as a Rust error.

use core::fmt;
use core::panic::Location;
use selfe_sys as sys;

/// A system call's error. It shows libsel4's own name, such as `seL4_NotEnoughMemory`; `Debug`,
/// with which `main` prints a returned error, also shows where [`Error::check`] was called.
#[derive(Clone, Copy)]
pub struct Error {
    code: sys::seL4_Error,
    place: &'static Location<'static>,
}

/// Two errors are equal if they have the same code, wherever they come from.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Error {}

impl Error {
    /// The result of a call that returns a code of libsel4: `seL4_NoError` is `Ok`.
    ///
    /// # Errors
    /// The code is another one. The error keeps the caller's place.
    #[track_caller]
    pub fn check(code: sys::seL4_Error) -> Result<(), Error> {
        match code {
            sys::seL4_NoError => Ok(()),
            code => Err(Error {
                code,
                place: Location::caller(),
            }),
        }
    }

    /// Where the call was checked.
    pub fn place(self) -> &'static Location<'static> {
        self.place
    }

    /// libsel4's code.
    pub fn code(self) -> sys::seL4_Error {
        self.code
    }

    /// libsel4's name of the code, if it has one.
    pub fn name(self) -> Option<&'static str> {
        Some(match self.code {
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
            None => write!(f, "seL4 error {}", self.code),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}, at {}", self.place)
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
        let error = |code| Error::check(code).unwrap_err();
        assert_eq!(error(sys::seL4_DeleteFirst).to_string(), "seL4_DeleteFirst");
        assert_eq!(
            error(sys::seL4_NumErrors).to_string(),
            format!("seL4 error {}", sys::seL4_NumErrors)
        );
    }

    #[test]
    fn the_place_is_the_caller_s() {
        let (line, error) = (line!(), Error::check(sys::seL4_RangeError).unwrap_err());
        assert_eq!(error.place().line(), line);
        let debug = format!("{error:?}");
        assert!(
            debug.starts_with("seL4_RangeError, at ") && debug.contains("error.rs:"),
            "{debug}"
        );
        assert_eq!(error, Error::check(sys::seL4_RangeError).unwrap_err());
    }
}
