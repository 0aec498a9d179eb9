//! Counting tests in the test runner's output.

use std::fmt;

/// What a test prints at the start of a line if it can't run here.
pub const SKIPPED: &str = "SKIPPED: ";

/// The numbers of tests that passed, failed and were skipped.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Tests that ran and passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Why each skipped test could not run.
    pub skipped: Vec<String>,
}

impl Tally {
    /// Reads a line of output. The runner counts a test that skips itself as passed; its own line
    /// corrects that.
    pub fn read(&mut self, line: &str) {
        if let Some(reason) = line.strip_prefix(SKIPPED) {
            self.skipped.push(reason.to_owned());
            return;
        }
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in counts.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<usize>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped.extend((0..number).map(|_| "marked #[ignore]".to_owned())),
                _ => {}
            }
        }
    }

    /// Adds the counts of a finished suite, without the tests that were skipped.
    pub fn add(&mut self, suite: Tally) {
        let said = suite
            .skipped
            .iter()
            .filter(|reason| *reason != "marked #[ignore]")
            .count();
        self.passed += suite.passed.saturating_sub(said);
        self.failed += suite.failed;
        self.skipped.extend(suite.skipped);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed,
            self.skipped.len()
        )
    }
}

/// Whether a test that would be skipped fails instead.
pub fn requires_all() -> bool {
    std::env::var_os("SELFE_REQUIRE_ALL").is_some_and(|value| value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str) -> Tally {
        let mut suite = Tally::default();
        output.lines().for_each(|line| suite.read(line));
        let mut total = Tally::default();
        total.add(suite);
        total
    }

    #[test]
    fn sums_the_runner_s_closing_lines() {
        let total = tally(
            "running 3 tests\ntest a ... ok\n\
             test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(total.to_string(), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_skipped_test_has_not_passed() {
        let total = tally(
            "SKIPPED: boots: no QEMU\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(total.to_string(), "1 passed, 0 failed, 1 skipped");
        assert_eq!(total.skipped, ["boots: no QEMU"]);
    }
}
