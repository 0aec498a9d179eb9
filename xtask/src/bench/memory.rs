//! The cost of the memory functions that a program is linked with, compared to a loop over bytes.

use super::console::Run;
use super::table::Bounds;

/// The ways in the root task: the second is compared to the first.
const WAYS: [&str; 2] = ["bytes", "linked"];

/// One operation.
#[derive(Debug, PartialEq)]
pub struct Row {
    operation: String,
    /// The number of bytes that it works on.
    bytes: f64,
    /// Instructions per execution, in the order of the ways.
    instructions: [f64; 2],
    bound: f64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.instructions[1] / self.instructions[0]
    }

    /// Whether it exceeds its bound.
    pub fn is_too_much(&self) -> bool {
        self.ratio() > self.bound + 0.005
    }

    /// Its name.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The columns.
    pub fn cells(&self) -> Vec<String> {
        let count = |count: f64| format!("{count:.1}").replace(".0", "");
        let [bytes, linked] = self.instructions;
        let mut cells = vec![self.operation.clone(), count(bytes), count(linked)];
        cells.push(format!("{:.2}", self.bytes / bytes));
        cells.push(format!("{:.2}", self.bytes / linked));
        cells.push(format!("{:.2}", self.ratio()));
        cells.push(format!("{:.2}", self.bound));
        cells.push(if self.is_too_much() { "TOO MUCH" } else { "ok" }.to_owned());
        cells
    }
}

/// The heading of the columns.
pub fn heading() -> Vec<String> {
    let names = [
        "memory",
        "by bytes",
        "linked",
        "bytes/instr.",
        "linked",
        "ratio",
        "bound",
        "",
    ];
    names.map(str::to_owned).to_vec()
}

/// Removes the runs of these operations, with their counts, from the others.
pub fn split(runs: Vec<Run>, counts: Vec<u64>) -> [(Vec<Run>, Vec<u64>); 2] {
    let (of_memory, others): (Vec<_>, Vec<_>) = runs
        .into_iter()
        .zip(counts)
        .partition(|(run, _)| WAYS.contains(&run.way.as_str()));
    [others, of_memory].map(|runs| runs.into_iter().unzip())
}

/// The rows from the counts of the runs.
///
/// # Errors
/// A count is missing.
pub fn rows(runs: &[Run], counts: &[u64], bounds: &Bounds) -> Result<Vec<Row>, String> {
    let mut operations: Vec<&str> = runs.iter().map(|run| run.operation.as_str()).collect();
    operations.dedup();
    let row = |operation: &str| {
        let mut instructions = [0.0; 2];
        for (way, place) in WAYS.iter().zip(&mut instructions) {
            let of_way = runs.iter().zip(counts);
            let of_way: Vec<_> = of_way
                .filter(|(run, _)| run.way == *way && run.operation == operation)
                .collect();
            let [(few, count_few), (many, count_many)] = of_way[..] else {
                return Err(format!("{operation}: {way} was not counted twice"));
            };
            *place = count_many.saturating_sub(*count_few) as f64 / (many.times - few.times) as f64;
        }
        let number = operation.split(' ').find_map(|word| word.parse().ok());
        Ok(Row {
            operation: operation.to_owned(),
            bytes: number.ok_or_else(|| format!("{operation}: of how many bytes?"))?,
            instructions,
            bound: bounds.of_memory(operation)?,
        })
    };
    operations.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_for_an_instruction() {
        let run = |way: &str, times, operation: &str| Run {
            times,
            sum: String::new(),
            way: way.to_owned(),
            operation: operation.to_owned(),
        };
        let copy = "copy 100 bytes";
        let runs = vec![
            run("C", 10, "poll"),
            run("bytes", 10, copy),
            run("bytes", 20, copy),
            run("linked", 10, copy),
            run("linked", 20, copy),
        ];
        let bounds: Bounds = toml::from_str("ratio = 1.0\n[memory]\n\"copy 100 bytes\" = 0.1\n").unwrap();
        let [(others, _), (runs, counts)] = split(runs, vec![1, 5005, 10_005, 503, 1003]);
        assert_eq!((others.len(), runs.len()), (1, 4));
        let rows = rows(&runs, &counts, &bounds).unwrap();
        assert_eq!(
            rows[0].cells(),
            [copy, "500", "50", "0.20", "2.00", "0.10", "0.10", "ok"]
        );
        assert!(super::rows(&runs[1..], &counts[1..], &bounds).is_err());
        assert!(super::rows(&runs, &counts, &Bounds::default()).is_err(), "no bound");
    }
}
