//! The outcome of a check. A failure is text in a fixed buffer, because there is no allocator.

use core::fmt::{self, Write};
use selfe_runtime::Error;
use selfe_sys::seL4_Error;

/// The outcome of a check that found nothing wrong.
pub enum Outcome {
    /// The check succeeded.
    Ok,
    /// The check does not apply; the text says why.
    Skipped(&'static str),
}

/// A check.
pub type Checked = Result<Outcome, Failure>;

/// What was wrong.
pub struct Failure {
    text: [u8; 112],
    length: usize,
}

impl Failure {
    /// The text, truncated if it is too long.
    pub fn new(text: fmt::Arguments<'_>) -> Self {
        let mut failure = Failure {
            text: [0; 112],
            length: 0,
        };
        // A truncated text still contains the most important part.
        let _ = failure.write_fmt(text);
        failure
    }
}

impl Write for Failure {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let rest = &mut self.text[self.length..];
        let count = text.len().min(rest.len());
        rest[..count].copy_from_slice(&text.as_bytes()[..count]);
        self.length += count;
        if count == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.text[..self.length].utf8_chunks() {
            f.write_str(chunk.valid())?;
        }
        Ok(())
    }
}

/// Turns an error code of libsel4 into a failure.
pub fn kernel(doing: &str, code: seL4_Error) -> Result<(), Failure> {
    Error::check(code).map_err(|error| Failure::new(format_args!("{doing}: the kernel answered {error}")))
}

/// Fails the check with a message if the condition does not hold.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::failure::Failure::new(format_args!($($message)+)));
        }
    };
}
