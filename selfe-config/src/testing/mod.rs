//! Tests on the target: the list of them in a program of selfe-test, and their runs.
//!
//! A program of tests is a root task. The host chooses the tests, passes their indices as a
//! variable, and reads the program's messages: when a test begins, and how it ended. What the
//! program prints in between is the test's output. If a test hangs, or takes the whole run with it,
//! the machine is stopped, and the remaining tests run in a new boot.

mod list;
mod outcome;
mod session;

pub use list::{ListError, TargetTest, tests_of};
pub use outcome::{TestEnd, TestResult};
pub use session::{Session, SessionError};
