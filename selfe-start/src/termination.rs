//! What `main` may return.

use core::fmt::Debug;
use selfe_runtime::debug_println;

/// What `main` may return: it decides the run's result. You can implement it for your own types.
///
/// ```no_run
/// struct Checks { failed: i32 }
///
/// impl selfe_start::Termination for Checks {
///     fn report(self) -> i32 {
///         self.failed
///     }
/// }
/// ```
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

/// Stable Rust only allows `!` as a function's return type: see [`MainFunction`].
#[cfg(feature = "lang-items")]
impl Termination for ! {
    fn report(self) -> i32 {
        self
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    /// An error is printed on the debug console, and the exit code is 1.
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

/// What [`entry!`](crate::entry) may name: a function that returns a [`Termination`], or that never
/// returns.
#[doc(hidden)]
pub trait MainFunction {
    /// Calls it and returns the exit code.
    fn call(self) -> i32;
}

impl<T: Termination> MainFunction for fn() -> T {
    fn call(self) -> i32 {
        self().report()
    }
}

#[cfg(not(feature = "lang-items"))]
impl MainFunction for fn() -> ! {
    fn call(self) -> i32 {
        self()
    }
}
