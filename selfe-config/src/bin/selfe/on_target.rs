//! Tests on the target, reported as `cargo test` reports other tests: libtest-mimic reads the
//! arguments and prints.

use crate::boot;
use crate::exit::Failure;
use crate::progress::Terminal;
use anstream::eprintln;
use libtest_mimic::{Arguments, Failed, Trial};
use selfe_config::boot::explain::Explainer;
use selfe_config::progress::Silent;
use selfe_config::testing::{Session, SessionError, TargetTest};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// Runs the tests that the words of the command line choose.
pub fn run(
    mut session: Session,
    explainer: Explainer,
    tests: Vec<TargetTest>,
    words: Vec<String>,
    progress: Terminal,
) -> Result<ExitCode, Failure> {
    let name = "cargo test --".to_owned();
    let mut arguments = Arguments::from_iter(std::iter::once(name).chain(words));
    // There is one machine.
    arguments.test_threads = Some(1);
    session.shows_output = arguments.nocapture || arguments.show_output;
    session.variables = boot::variables()?;
    let chosen: Vec<TargetTest> = tests
        .iter()
        .filter(|test| is_chosen(test, &arguments))
        .cloned()
        .collect();
    if !arguments.list {
        note(&tests, &chosen, &arguments);
        // What can't boot is an error of the command. Its progress would break the lines of the
        // results.
        session.start(&chosen, &progress).map_err(|error| failure(&error))?;
    }
    drop(progress);
    let shared = Arc::new(Mutex::new(Shared {
        session,
        explainer,
        left: chosen,
        broken: None,
    }));
    let trials = tests.into_iter().map(|test| trial(test, &shared)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // What still runs ends before this process does.
    let shared = Arc::try_unwrap(shared).map(|shared| shared.into_inner().unwrap_or_else(PoisonError::into_inner));
    match shared.ok().and_then(|shared| shared.broken) {
        Some(error) => Err(error),
        None => Ok(conclusion.exit_code()),
    }
}

/// What the tests share.
struct Shared {
    session: Session,
    explainer: Explainer,
    /// The chosen tests that have not run, in their order.
    left: Vec<TargetTest>,
    /// Why no further test can run.
    broken: Option<Failure>,
}

fn trial(test: TargetTest, shared: &Arc<Mutex<Shared>>) -> Trial {
    let shared = Arc::clone(shared);
    let (name, is_ignored) = (test.name.clone(), test.ignored.is_some());
    let run = move || shared.lock().unwrap_or_else(PoisonError::into_inner).run(&test);
    Trial::test(name, run).with_ignored_flag(is_ignored)
}

impl Shared {
    fn run(&mut self, test: &TargetTest) -> Result<(), Failed> {
        if self.broken.is_some() {
            return Err("it did not run: see the error below".into());
        }
        // They are asked for in the order of the list.
        let at = self.left.iter().position(|left| left == test).unwrap_or(0);
        self.left.drain(..at);
        let result = match self.session.run_first(&self.left, &Silent) {
            Ok(result) => result,
            // The machine has been stopped, and nothing else is to be printed.
            Err(SessionError::Interrupted(signal)) => std::process::exit(128 + signal),
            Err(error) => {
                self.broken = Some(failure(&error));
                return Err("it did not run: see the error below".into());
            }
        };
        self.left.drain(..1);
        let Some(reason) = result.failure(test, &self.explainer) else {
            return Ok(());
        };
        // What begins like a terminal's command, and was cut off, would swallow what follows it.
        let output = result.output.replace("\u{1b}]", "^[]");
        let shown = if self.session.shows_output {
            ""
        } else {
            output.trim_end()
        };
        let parts = [shown, reason.as_str()].into_iter().filter(|part| !part.is_empty());
        Err(parts.collect::<Vec<_>>().join("\n").into())
    }
}

/// The failure of the whole command: tests that can't run are not tests that failed.
fn failure(error: &SessionError) -> Failure {
    match error {
        SessionError::TimedOut => Failure::timed_out(error.to_string()),
        _ => Failure::new(error.kind(), error.to_string()),
    }
}

/// Whether libtest-mimic will run a test.
fn is_chosen(test: &TargetTest, arguments: &Arguments) -> bool {
    let matches = |words: &str| match arguments.exact {
        true => test.name == words,
        false => test.name.contains(words),
    };
    let is_wanted = match (arguments.ignored, arguments.include_ignored) {
        (true, _) => test.ignored.is_some(),
        (false, true) => true,
        (false, false) => test.ignored.is_none(),
    };
    is_wanted && arguments.filter.as_deref().is_none_or(matches) && !arguments.skip.iter().any(|words| matches(words))
}

/// Says why nothing runs.
fn note(tests: &[TargetTest], chosen: &[TargetTest], arguments: &Arguments) {
    if tests.is_empty() {
        eprintln!("note: the program has no tests: `#[selfe_test::test]` makes a function one");
    } else if let (true, Some(filter)) = (chosen.is_empty(), &arguments.filter) {
        let how = if arguments.exact { "is named" } else { "has a name with" };
        eprintln!("note: no test {how} `{filter}`; `--list` lists the names");
    }
}
