//! What `main` may return.

use core::fmt::Debug;
use selfe_runtime::debug_println;

/// What `main` may return: it decides the run's result.
#[cfg_attr(feature = "lang-items", lang = "termination")]
#[diagnostic::on_unimplemented(
    message = "`main` of a root task can't return `{Self}`",
    note = "it may return `()`, `!`, or a `Result` of these whose error is `Debug`"
)]
pub trait Termination {
    /// The exit code, 0 for success.
    fn report(self) -> i32;
}

impl Termination for () {
    fn report(self) -> i32 {
        0
    }
}

/// `!` itself, which stable Rust lets one write only as what a function returns. (`Infallible` is another type there, and the
/// same type in newer compilers, so it can't have an implementation of its own.)
type Never = <fn() -> ! as Returns>::Output;

#[doc(hidden)]
pub trait Returns {
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

impl Termination for Never {
    fn report(self) -> i32 {
        self
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    /// An error is printed on the debug console and becomes code 1.
    fn report(self) -> i32 {
        match self {
            Ok(value) => value.report(),
            Err(error) => {
                debug_println!("Error: {error:?}");
                1
            }
        }
    }
}
