//! QEMU's log of a run: a line for each instruction of the root task, in the order of execution.

use std::io::BufRead;

/// Counts the instructions between the marks, for each time that the first mark was reached.
///
/// An instruction that is interrupted before it has an effect is logged twice; it is counted once.
///
/// # Errors
/// The lines can't be read.
pub fn counts(lines: impl BufRead, marks: [u64; 2]) -> std::io::Result<Vec<u64>> {
    let [begin, end] = marks;
    let mut counts = Vec::new();
    let (mut count, mut last) = (None, 0);
    for line in lines.split(b'\n') {
        let Some(address) = address(&line?) else {
            continue;
        };
        if address == begin {
            count = Some(0);
        } else if address == end {
            counts.extend(count.take());
        } else if address != last {
            count = count.map(|count| count + 1);
        }
        last = address;
    }
    Ok(counts)
}

/// The address in a line such as `Trace 0: 0x7f09386524
/// [0000000000000000/0000000000206cb6/0040c2b3/ff000201]`.
fn address(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, fields) = line.strip_prefix("Trace ")?.split_once('[')?;
    u64::from_str_radix(fields.split('/').nth(1)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn instructions_between_the_marks() {
        let line = |address: u64| format!("Trace 0: 0x7f00 [0000000000000000/{address:016x}/0040c2b3/ff000201] \n");
        let addresses = [
            0x10, 0x20, 0x34, 0x34, 0x38, 0x30, 0x99, 0x20, 0x34, 0x38, 0x34, 0x38, 0x30,
        ];
        let lines: String = addresses.iter().map(|&address| line(address)).collect();
        let lines = format!("Booting\n{lines}Trace 0: 0x7f00 [00000000000000");
        assert_eq!(counts(lines.as_bytes(), [0x20, 0x30]).unwrap(), [2, 4]);
    }
}
