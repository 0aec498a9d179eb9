//! What the conformance root task reports about its checks.

use std::fmt;

/// Its checks, by result.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// The number of checks that passed.
    pub ok: usize,
    /// Skipped checks, with the reason.
    pub skipped: Vec<String>,
    /// Failed checks, with the error.
    pub failed: Vec<String>,
    /// The total, from the line after the last one; none if the root task did not get that far.
    pub announced: Option<usize>,
}

impl Checks {
    /// Reads the console. The kernel prints there too, so other lines are skipped.
    pub fn read(console: &str) -> Self {
        let mut checks = Checks::default();
        for line in console.lines() {
            if line.starts_with("ok ") {
                checks.ok += 1;
            } else if let Some(check) = line.strip_prefix("SKIPPED ") {
                checks.skipped.push(check.to_owned());
            } else if let Some(check) = line.strip_prefix("FAILED ") {
                checks.failed.push(check.to_owned());
            } else if let Some(count) = line.strip_suffix(" checks ended") {
                checks.announced = count.parse().ok();
            }
        }
        checks
    }

    /// Whether every check has a result.
    pub fn are_complete(&self) -> bool {
        self.announced == Some(self.ok + self.skipped.len() + self.failed.len())
    }
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ok", self.ok)?;
        let names = |checks: &[String]| {
            let names = checks.iter().filter_map(|check| check.split(':').next());
            names.collect::<Vec<_>>().join(", ")
        };
        if !self.skipped.is_empty() {
            write!(f, ", {} skipped ({})", self.skipped.len(), names(&self.skipped))?;
        }
        if !self.failed.is_empty() {
            write!(f, ", {} failed ({})", self.failed.len(), names(&self.failed))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_own_lines_are_none_of_them() {
        let console = "Booting all finished, dropped to user space\nok messages\nSKIPPED nodes: the kernel has one node\n\
                       vm fault on data at address 0x40\nok pages\nFAILED registers: r3 is 0x4, not 0x5\n";
        let checks = Checks::read(console);
        assert_eq!(checks.to_string(), "2 ok, 1 skipped (nodes), 1 failed (registers)");
        assert_eq!(checks.failed, ["registers: r3 is 0x4, not 0x5"]);
    }

    #[test]
    fn a_missing_line_is_noticed() {
        assert!(Checks::read("ok pages\nSKIPPED nodes: one\n2 checks ended\n").are_complete());
        assert!(!Checks::read("ok pages\nok mes2 checks ended\n").are_complete());
        assert!(!Checks::read("ok pages\n2 checks ended\n").are_complete());
        assert!(!Checks::read("ok pages\nok nodes\n").are_complete());
    }
}
