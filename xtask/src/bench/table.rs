//! Instructions of each operation, for each way, with the ratio to C's and its bound.

use super::console::Run;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The ways in the order of the columns; the last is compared to the first.
const WAYS: [&str; 3] = ["C", "libsel4.a", "inline"];

/// `tests/bench/bounds.toml`: the bounds on the ratios.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The default.
    pub ratio: f64,
    /// By case, then by operation.
    #[serde(default)]
    pub case: BTreeMap<String, BTreeMap<String, f64>>,
    /// The bounds on the ratio of the linked memory functions to a loop over bytes, by operation.
    #[serde(default)]
    memory: BTreeMap<String, f64>,
}

impl Bounds {
    /// The bound on an operation's ratio.
    fn of(&self, case: &str, operation: &str) -> f64 {
        let of_case = self.case.get(case).and_then(|case| case.get(operation));
        of_case.copied().unwrap_or(self.ratio)
    }

    /// The bound on an operation on memory.
    ///
    /// # Errors
    /// There is none.
    pub fn of_memory(&self, operation: &str) -> Result<f64, String> {
        let bound = self.memory.get(operation).copied();
        bound.ok_or_else(|| format!("tests/bench/bounds.toml has no bound for `{operation}`"))
    }
}

/// One operation.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub operation: String,
    /// User-side instructions per execution, in the order of the ways.
    pub instructions: [f64; 3],
    /// The bound on the ratio of inline Rust to C.
    pub bound: f64,
}

impl Row {
    /// The ratio of inline Rust to C.
    pub fn ratio(&self) -> f64 {
        self.instructions[2] / self.instructions[0]
    }

    /// Whether it exceeds its bound.
    pub fn is_too_much(&self) -> bool {
        // Bounds are written with two digits.
        self.ratio() > self.bound + 0.005
    }

    /// The columns.
    pub fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.operation.clone()];
        cells.extend(self.instructions.map(|count| format!("{count:.1}").replace(".0", "")));
        cells.push(format!("{:.2}", self.ratio()));
        cells.push(format!("{:.2}", self.bound));
        cells.push(if self.is_too_much() { "TOO MUCH" } else { "ok" }.to_owned());
        cells
    }
}

/// The heading of the columns.
pub fn heading() -> Vec<String> {
    let ways = WAYS.iter().copied();
    let names = ["operation"].into_iter().chain(ways).chain(["inline/C", "bound", ""]);
    names.map(str::to_owned).collect()
}

/// The rows of a case from the counts of its runs: for two runs of the same operation, the
/// difference in instructions divided by the difference in repetitions, so that one-time costs
/// cancel out.
///
/// # Errors
/// A count is missing, or the ways have different results.
pub fn rows(case: &str, runs: &[Run], counts: &[u64], bounds: &Bounds) -> Result<Vec<Row>, String> {
    if runs.len() != counts.len() || runs.is_empty() {
        return Err(format!("{} runs were told, and {} counted", runs.len(), counts.len()));
    }
    let mut operations: Vec<&str> = runs.iter().map(|run| run.operation.as_str()).collect();
    operations.dedup();
    let row = |operation: &&str| {
        let mut instructions = [0.0; 3];
        let mut sums = Vec::new();
        for (way, place) in WAYS.iter().zip(&mut instructions) {
            let of_way = runs.iter().zip(counts);
            let of_way: Vec<_> = of_way
                .filter(|(run, _)| run.way == *way && run.operation == *operation)
                .collect();
            let [(few, count_few), (many, count_many)] = of_way[..] else {
                return Err(format!("{operation}: {way} was not counted twice"));
            };
            *place = (*count_many - *count_few) as f64 / (many.times - few.times) as f64;
            sums.push((&few.sum, &many.sum));
        }
        if sums.iter().any(|sum| *sum != sums[0]) {
            return Err(format!("{operation}: not all came to the same sum: {sums:?}"));
        }
        Ok(Row {
            operation: (*operation).to_owned(),
            instructions,
            bound: bounds.of(case, operation),
        })
    };
    operations.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs() -> Vec<Run> {
        let run = |way: &str, times| Run {
            times,
            sum: "0".to_owned(),
            way: way.to_owned(),
            operation: "poll".to_owned(),
        };
        WAYS.iter().flat_map(|way| [run(way, 10), run(way, 20)]).collect()
    }

    #[test]
    fn what_is_done_once_does_not_count() {
        let bounds = Bounds {
            ratio: 1.0,
            ..Bounds::default()
        };
        let rows = rows("x86_64", &runs(), &[105, 205, 1003, 2003, 127, 247], &bounds).unwrap();
        assert_eq!(rows[0].instructions, [10.0, 100.0, 12.0]);
        assert_eq!(rows[0].cells(), ["poll", "10", "100", "12", "1.20", "1.00", "TOO MUCH"]);
    }

    #[test]
    fn a_bound_of_its_own() {
        let bounds = "ratio = 1.0\n[case.x86_64]\npoll = 1.2\n";
        let bounds: Bounds = toml::from_str(bounds).unwrap();
        let of = |case| rows(case, &runs(), &[105, 205, 1003, 2003, 127, 247], &bounds).unwrap();
        assert!(!of("x86_64")[0].is_too_much());
        assert!(of("riscv64")[0].is_too_much());
    }

    #[test]
    fn what_is_not_comparable_is_an_error() {
        let bounds = Bounds::default();
        let mut runs = runs();
        assert!(rows("x86_64", &runs, &[1, 2, 3], &bounds).is_err());
        runs[5].sum = "1".to_owned();
        let error = rows("x86_64", &runs, &[1, 2, 3, 4, 5, 6], &bounds).unwrap_err();
        assert!(error.starts_with("poll: not all came to the same sum"), "{error}");
    }
}
