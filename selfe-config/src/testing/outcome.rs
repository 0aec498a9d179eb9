//! How a test on the target ended, and whether that is a success.

use super::TargetTest;
use crate::boot::explain::Explainer;
use crate::boot::{End, Fault};
use std::fmt;
use std::time::Duration;

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestEnd {
    /// Its function returned `()` or `Ok`.
    Returned,
    /// Its function returned an error, or its thread could not start.
    Failed,
    /// It panicked.
    Panicked,
    /// Its thread faulted.
    Faulted(Fault),
    /// It reached its time limit, and the machine was stopped.
    TimedOut(Duration),
    /// It ended the whole run with this exit code.
    Exited(i32),
    /// The kernel halted, or a thread other than the test's faulted.
    Ended(End),
    /// The machine ended: it was reset, or its program failed.
    Stopped(String),
}

/// The result of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// How it ended.
    pub end: TestEnd,
    /// What it printed, with bytes that are not UTF-8 replaced.
    pub output: String,
    /// The registers and the stack of its panic, as the program sends them.
    pub backtrace: Option<String>,
}

impl TestResult {
    /// Why the test failed; none if it succeeded.
    pub fn failure(&self, test: &TargetTest, explainer: &Explainer) -> Option<String> {
        match (&self.end, &test.should_panic) {
            (TestEnd::Returned, None) => None,
            (TestEnd::Returned, Some(_)) => Some("the test did not panic as expected".to_owned()),
            (TestEnd::Panicked, Some(expected)) if self.panic_message().contains(expected.as_str()) => None,
            (TestEnd::Panicked, Some(expected)) => Some(format!(
                "the panic's message does not contain the expected text {expected:?}"
            )),
            // The message is part of the output.
            (TestEnd::Panicked, None) => {
                let backtrace = self.backtrace.as_deref();
                Some(backtrace.and_then(|sent| explainer.backtrace(sent)).unwrap_or_default())
            }
            (TestEnd::Failed, _) => Some(String::new()),
            (TestEnd::Faulted(fault), _) => {
                let fault = explainer.fault_with_backtrace(fault, self.backtrace.as_deref());
                Some(format!("the test faulted: {fault}"))
            }
            (TestEnd::Ended(end), _) => Some(format!("the run ended during the test: {}", explainer.end(end))),
            (end, _) => Some(end.to_string()),
        }
    }

    /// What follows the line with the panic's place.
    fn panic_message(&self) -> &str {
        let panic = self.output.rfind("panicked at ").map_or("", |at| &self.output[at..]);
        panic.split_once('\n').map_or("", |(_, message)| message)
    }
}

impl fmt::Display for TestEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestEnd::Returned => f.write_str("the test returned"),
            TestEnd::Failed => f.write_str("the test returned an error"),
            TestEnd::Panicked => f.write_str("the test panicked"),
            TestEnd::Faulted(fault) => write!(f, "the test faulted: {fault}"),
            TestEnd::TimedOut(limit) => write!(
                f,
                "the test reached its time limit of {} s\nhelp: `#[selfe_test::test(timeout = SECONDS)]` sets another one",
                limit.as_secs_f64()
            ),
            TestEnd::Exited(code) => write!(f, "the test ended the whole run with exit code {code}"),
            TestEnd::Ended(end) => write!(f, "the run ended during the test: {end}"),
            TestEnd::Stopped(why) => write!(f, "the machine ended during the test: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::SeL4Arch;
    use crate::image::Program;

    fn failure(should_panic: Option<&str>, end: TestEnd, output: &str) -> Option<String> {
        let test = TargetTest {
            index: 0,
            name: "a".to_owned(),
            ignored: None,
            should_panic: should_panic.map(str::to_owned),
            timeout: Duration::from_secs(1),
        };
        let output = output.to_owned();
        let program = Program::read(&std::env::current_exe().unwrap()).unwrap();
        let explainer = Explainer::new(program, SeL4Arch::X86_64);
        let result = TestResult {
            end,
            output,
            backtrace: None,
        };
        result.failure(&test, &explainer)
    }

    #[test]
    fn a_panic_is_a_success_where_it_is_expected_with_its_text() {
        let panic = "panicked at tests/no.rs:3:5:\nindex out of bounds\n";
        assert_eq!(failure(Some(""), TestEnd::Panicked, panic), None);
        assert_eq!(failure(Some("out of"), TestEnd::Panicked, panic), None);
        let other = failure(Some("no.rs"), TestEnd::Panicked, panic).unwrap();
        assert!(other.contains("\"no.rs\""), "the place is not the message: {other}");
        assert_eq!(failure(None, TestEnd::Panicked, panic), Some(String::new()));
        assert!(
            failure(Some(""), TestEnd::Returned, "")
                .unwrap()
                .contains("did not panic")
        );
        assert!(
            failure(Some(""), TestEnd::Exited(3), "")
                .unwrap()
                .contains("exit code 3")
        );
        assert_eq!(failure(None, TestEnd::Returned, panic), None);
    }
}
