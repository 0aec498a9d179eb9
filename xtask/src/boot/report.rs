//! What was seen of each case, and the tables that show it.

use crate::matrix::Case;
use std::path::PathBuf;
use std::time::Duration;

/// What was seen of one case.
#[derive(Debug)]
pub struct Report {
    /// The case.
    pub case: Case,
    /// How its programs were built, in a word.
    pub toolchain: &'static str,
    /// How long the kernel took; almost nothing if it was in the cache.
    pub kernel: Option<Duration>,
    /// How long cargo took.
    pub programs: Option<Duration>,
    /// How long the image and the example's boot took, from the command to the end of the run.
    pub boot: Option<Duration>,
    /// The same for the conformance root task.
    pub checks: Option<Duration>,
    /// How it ended.
    pub verdict: Verdict,
    /// The log of everything that was run.
    pub log: PathBuf,
}

/// The result of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was as expected: what was seen.
    Passed(String),
    /// What was wrong.
    Failed(String),
    /// It could not run here: why.
    Skipped(String),
}

impl Report {
    /// Whether something was wrong.
    pub fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }

    /// Turns a skipped case into a failed one.
    pub fn require(&mut self) {
        if let Verdict::Skipped(why) = &self.verdict {
            self.verdict = Verdict::Failed(format!("SELFE_REQUIRE_ALL=1 allows no skipped case: {why}"));
        }
    }

    /// The last column.
    fn seen(&self) -> &str {
        match &self.verdict {
            Verdict::Passed(seen) => seen,
            Verdict::Failed(_) => "FAILED",
            Verdict::Skipped(_) => "SKIPPED",
        }
    }
}

/// One line per case, with its result.
pub fn table(reports: &[Report]) -> String {
    let seconds = |time: Option<Duration>| time.map_or("-".to_owned(), |time| format!("{:.1}", time.as_secs_f64()));
    let heading = [
        "case",
        "platform",
        "sel4_arch",
        "profile",
        "Rust target",
        "built by",
        "kernel s",
        "cargo s",
        "boot s",
        "checks s",
        "seen",
    ];
    let rows = reports.iter().map(|report| {
        let mut row = what(&report.case);
        row.extend([
            report.toolchain.to_owned(),
            seconds(report.kernel),
            seconds(report.programs),
            seconds(report.boot),
            seconds(report.checks),
            report.seen().to_owned(),
        ]);
        row
    });
    align(
        &std::iter::once(heading.map(str::to_owned).to_vec())
            .chain(rows)
            .collect::<Vec<_>>(),
    )
}

/// The columns that describe a case.
fn what(case: &Case) -> Vec<String> {
    vec![
        case.name.clone(),
        case.platform.clone(),
        case.sel4_arch.clone(),
        case.profile.word().to_owned(),
        case.rust_target.clone(),
    ]
}

/// The cases by name, with what each is.
pub fn list(cases: &[Case]) -> String {
    let rows = cases.iter().map(|case| {
        let options = case.options.iter().map(|(name, value)| format!("{name}={value}"));
        let mut more: Vec<String> = options.collect();
        if case.build_only {
            more.push("(image only)".to_owned());
        }
        let mut row = what(case);
        row.push(more.join(" "));
        row
    });
    align(&rows.collect::<Vec<_>>())
}

/// Columns as wide as their widest cell.
pub fn align(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(String::len).max().unwrap_or(0)
    };
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate();
        let cells = cells.map(|(column, cell)| format!("{cell:0$}", width(column)));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = |words: [&str; 2]| words.map(str::to_owned).to_vec();
        assert_eq!(align(&[row(["a", "b"]), row(["long", ""])]), "a     b\nlong\n");
    }
}
