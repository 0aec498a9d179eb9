//! Running a command of a case; its output goes to the case's log.

use super::report::Verdict;
use crate::run::describe;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `selfe` ends with one of these codes if this computer lacks something that the case needs: a
/// tool or a source.
const LACKING: &[i32] = &[3, 4];

/// The results of a command.
pub struct Done {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output, without carriage returns.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// How long it took.
    pub time: Duration,
}

/// Runs a command and adds its output to the log.
///
/// # Errors
/// It can't be started, or the log can't be written.
pub fn run(mut command: Command, log: &Path) -> Result<Done, Verdict> {
    let name = describe(&command);
    let failed = |what: &str, error: std::io::Error| Verdict::Failed(format!("{what}: {error}"));
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed(&format!("can't run `{name}`"), error))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "");
    let done = Done {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
        time: start.elapsed(),
    };
    let record = format!("$ {name}\n{}{}[{}]\n\n", done.err, done.out, output.status);
    let file = OpenOptions::new().append(true).create(true).open(log);
    file.and_then(|mut file| file.write_all(record.as_bytes()))
        .map_err(|error| failed("can't write the log", error))?;
    Ok(done)
}

impl Done {
    /// The same if it succeeded; otherwise `what` failed, or could not run here.
    pub fn success(self, what: &str) -> Result<Done, Verdict> {
        match self.code {
            Some(0) => Ok(self),
            Some(code) if LACKING.contains(&code) => Err(Verdict::Skipped(self.error())),
            _ => Err(Verdict::Failed(format!("{what}: {}", self.error()))),
        }
    }

    /// The line that says what was wrong.
    fn error(&self) -> String {
        let mut lines = self.err.lines();
        let line = lines
            .find(|line| line.contains("error"))
            .or_else(|| self.err.lines().last());
        line.unwrap_or("it said nothing")
            .trim_start_matches("error: ")
            .to_owned()
    }
}
