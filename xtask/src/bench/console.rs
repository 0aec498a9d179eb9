//! The console output of the benchmark's root task.

/// The runs in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The addresses of the functions that are called before and after the counted code.
    pub marks: [u64; 2],
    /// The runs between them, in order.
    pub runs: Vec<Run>,
}

/// An operation, repeated several times.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    /// The number of repetitions.
    pub times: u64,
    /// A checksum of the results, which is the same for every way.
    pub sum: String,
    /// The way: `C`, `libsel4.a` or `inline`.
    pub way: String,
    /// The operation.
    pub operation: String,
}

impl Order {
    /// Reads the console; none if the root task did not get that far.
    pub fn read(console: &str) -> Option<Self> {
        let mut marks = None;
        let mut runs = Vec::new();
        for line in console.lines() {
            if let Some(addresses) = line.strip_prefix("marks ") {
                let mut addresses = addresses.split(' ').map(address);
                marks = Some([addresses.next()??, addresses.next()??]);
            } else if let Some(rest) = line.strip_prefix("run ") {
                runs.push(run(rest)?);
            }
        }
        Some(Order { marks: marks?, runs })
    }
}

fn address(text: &str) -> Option<u64> {
    u64::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

/// `10, 240, inline: call, 4 words`
fn run(line: &str) -> Option<Run> {
    let (times, rest) = line.split_once(", ")?;
    let (sum, rest) = rest.split_once(", ")?;
    let (way, operation) = rest.split_once(": ")?;
    Some(Run {
        times: times.parse().ok()?,
        sum: sum.to_owned(),
        way: way.to_owned(),
        operation: operation.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Order, Run};

    #[test]
    fn the_order_of_the_runs() {
        let console = "Booting all finished\nmarks 0x204150 0x204140\nrun 10, 240, inline: call, 4 words\n";
        let run = Run {
            times: 10,
            sum: "240".to_owned(),
            way: "inline".to_owned(),
            operation: "call, 4 words".to_owned(),
        };
        let order = Order {
            marks: [0x20_4150, 0x20_4140],
            runs: vec![run],
        };
        assert_eq!(Order::read(console), Some(order));
        assert_eq!(Order::read("run 10, 240, inline: call, 4 words\n"), None);
        assert_eq!(Order::read("marks 0x1 0x2\nrun ten\n"), None);
    }
}
