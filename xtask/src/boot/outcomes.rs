//! How the tests of `tests/conformance/src/bin/outcomes.rs` have to end.

/// Each test, the word for its result, and texts with which its failure explains itself.
const EXPECTED: &[(&str, &str, &[&str])] = &[
    (
        "fails::by_a_fault",
        "FAILED",
        &["a null pointer was written", "by_a_fault", "outcomes.rs:"],
    ),
    (
        "fails::by_a_panic",
        "FAILED",
        &[
            "before the panic\npanicked at",
            "\nstack backtrace:\n   0: ",
            "by_a_panic",
            "outcomes.rs:",
        ],
    ),
    (
        "fails::by_a_stack_overflow",
        "FAILED",
        &["stack overflow", "deeper", "outcomes.rs:"],
    ),
    ("fails::by_an_error", "FAILED", &["Error: \"this is the error\""]),
    (
        "fails::by_another_panic",
        "FAILED",
        &["the expected text \"another message\""],
    ),
    ("fails::by_ending_the_run", "FAILED", &["exit code 3"]),
    ("fails::by_its_time_limit", "FAILED", &["time limit of 1 s"]),
    ("fails::by_no_panic", "FAILED", &["did not panic"]),
    ("ignored", "ignored", &[]),
    ("succeeds::by_panicking_as_expected", "ok", &[]),
    ("succeeds::by_returning", "ok", &[]),
    ("succeeds::by_returning_ok", "ok", &[]),
    ("succeeds::with_empty_slots", "ok", &[]),
    ("succeeds::with_empty_slots_again", "ok", &[]),
];

/// The exit code of tests of which some failed.
pub const FAILED: i32 = 101;

/// Compares what was printed; returns the number of tests.
///
/// # Errors
/// A test ended in another way, or its failure is not explained.
pub fn check(printed: &str) -> Result<usize, String> {
    let results = printed
        .lines()
        .filter(|line| line.starts_with("test ") && line.contains(" ... "))
        .count();
    if results != EXPECTED.len() {
        return Err(format!(
            "{results} tests of selfe-test's own have a result, and there are {}",
            EXPECTED.len()
        ));
    }
    for (name, result, explanation) in EXPECTED {
        let of = |line: &str| {
            let (start, end) = line.strip_prefix("test ")?.split_once(" ... ")?;
            (start.trim_end() == *name).then(|| end.to_owned())
        };
        match printed.lines().find_map(of) {
            Some(found) if found == *result => {}
            Some(found) => return Err(format!("the test {name} ended with {found} instead of {result}")),
            None => return Err(format!("the test {name} has no result")),
        }
        let (_, explained) = printed.split_once(&format!("---- {name} ----\n")).unwrap_or_default();
        let (explained, _) = explained.split_once("\n\n").unwrap_or((explained, ""));
        if let Some(missing) = explanation.iter().find(|words| !explained.contains(**words)) {
            return Err(format!("the failure of {name} does not say `{missing}`: {explained}"));
        }
    }
    Ok(EXPECTED.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed() -> String {
        let result = |(name, result, _): &(&str, &str, &[&str])| format!("test {name:<40} ... {result}\n");
        let failure = |(name, _, text): &(&str, &str, &[&str])| format!("---- {name} ----\n{} x\n\n", text.concat());
        EXPECTED
            .iter()
            .map(result)
            .chain(EXPECTED.iter().map(failure))
            .collect()
    }

    #[test]
    fn every_test_has_to_end_as_expected() {
        assert_eq!(check(&printed()), Ok(EXPECTED.len()));
        for (part, other) in [
            (" ... ok", " ... FAILED"),
            ("exit code 3", "exit code 4"),
            ("test ignored", "ignored"),
        ] {
            let changed = printed().replacen(part, other, 1);
            assert!(check(&changed).is_err(), "{other}");
        }
    }
}
