//! Running the build's tools in an environment of their own, with all their output in a log.

use super::environment;
use super::error::{KernelError, StepFailure};
use crate::cache::disk_is_full;
use crate::progress::Progress;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What to do about a failure whose cause is known; begins with a line break.
fn hint(tail: &str, log: &Path, path: &OsStr) -> String {
    if let Some(module) = missing_module(tail) {
        let python = which::which_in("python3", Some(path), ".").unwrap_or_else(|_| "python3".into());
        return format!(
            "\nthe kernel's scripts import a Python module that is not there: `{module}`; install the package that has it, such as with\n  \
             {} -m pip install {module}",
            python.display()
        );
    }
    if disk_is_full(log.parent().unwrap_or(Path::new("."))) {
        return "\nNo space left on device: free some space, or set SELFE_CACHE_DIR to a folder on another disk"
            .to_owned();
    }
    // Compilers write there first.
    let temporary = std::env::temp_dir();
    if disk_is_full(&temporary) {
        return format!(
            "\nthe disk of the folder for temporary files, {}, is full: free some space, or set TMPDIR to a folder on another disk",
            temporary.display()
        );
    }
    let known = if tail.contains("No matching distribution found") {
        "\nPython's package index can't be reached, or lacks the package: try again when the network is back, or name a mirror \
         in PIP_INDEX_URL,\nor install what the kernel's scripts need for the system's Python: python3 -m pip install --user sel4-deps"
    } else {
        ""
    };
    known.to_owned()
}

/// The module that Python did not find.
fn missing_module(tail: &str) -> Option<&str> {
    tail.lines().find_map(|line| {
        line.split_once("ModuleNotFoundError: No module named '")?
            .1
            .split(['\'', '.'])
            .next()
    })
}

/// The tools' environment and log.
pub(crate) struct Runner<'a> {
    /// Folders that are searched before `PATH`.
    pub(crate) path_first: Vec<PathBuf>,
    /// Their output goes here.
    pub(crate) log: &'a Path,
    /// Receives the progress.
    pub(crate) progress: &'a dyn Progress,
}

impl Runner<'_> {
    /// The value of `PATH`.
    pub fn path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = self.path_first.iter().cloned().chain(std::env::split_paths(&path));
        std::env::join_paths(all).unwrap_or(path)
    }

    /// A command with the tools' environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", self.path())
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Makes scripts iterate over sets in the same order every time.
            .env("PYTHONHASHSEED", "0");
        command.envs(environment::kept()).stdin(Stdio::null());
        command
    }

    /// Runs a command; Ninja's `[n/m]` becomes progress.
    ///
    /// # Errors
    /// It can't be started, or it fails.
    pub fn run(&self, what: &str, mut command: Command) -> Result<(), KernelError> {
        self.progress.begin(what);
        let program = command.get_program().to_string_lossy().into_owned();
        let failure = |status: String, tail: String| {
            KernelError::Step(Box::new(StepFailure {
                what: what.to_owned(),
                program: program.clone(),
                status,
                hint: hint(&tail, self.log, &self.path()),
                tail,
                log: self.log.to_owned(),
            }))
        };
        let mut log = File::options()
            .append(true)
            .create(true)
            .open(self.log)
            .map_err(|source| crate::cache::io_error("write", self.log)(source))?;
        // A log that can't be written is no reason to stop: the tool's own failure is reported
        // either way.
        let _ = writeln!(log, "$ {command:?}");
        let (reader, writer) = std::io::pipe().map_err(|error| failure(error.to_string(), String::new()))?;
        let both = writer.try_clone().and_then(|out| Ok((out, writer.try_clone()?)));
        let (out, err) = both.map_err(|error| failure(error.to_string(), String::new()))?;
        drop(writer);
        use_usual_modes(&mut command);
        let spawned = command.stdout(out).stderr(err).spawn();
        // The command holds the other end of the pipe: reading would never end otherwise.
        drop(command);
        let mut child = spawned.map_err(|error| failure(error.to_string(), String::new()))?;
        let mut tail = Tail::default();
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
            let _ = log.write_all(&line);
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if let Some((done, total)) = ninja_step(text) {
                self.progress.advance(done, total);
            }
            self.progress.detail(text);
            tail.push(text);
            line.clear();
        }
        let status = child
            .wait()
            .map_err(|error| failure(error.to_string(), String::new()))?;
        self.progress.end();
        if status.success() {
            Ok(())
        } else {
            Err(failure(status.to_string(), tail.useful()))
        }
    }
}

/// Gives files that a command makes the usual modes: an image contains the modes of the packed
/// files, and would differ from user to user. The cache's own folder decides who else may read
/// them.
fn use_usual_modes(command: &mut Command) {
    let modes = rustix::fs::Mode::from_raw_mode(0o022);
    // SAFETY: between fork and exec only async-signal-safe functions may be called; umask is one,
    // and nothing else is.
    unsafe {
        command.pre_exec(move || {
            rustix::process::umask(modes);
            Ok(())
        });
    }
}

/// `[3/49] Building …` is step 3 of 49.
fn ninja_step(line: &str) -> Option<(u64, u64)> {
    let (done, total) = line.strip_prefix('[')?.split_once(']')?.0.split_once('/')?;
    Some((done.parse().ok()?, total.parse().ok().filter(|&total| total > 0)?))
}

/// The last lines of a tool's output.
#[derive(Default)]
struct Tail(std::collections::VecDeque<String>);

impl Tail {
    const LINES: usize = 200;
    const SHOWN: usize = 25;

    fn push(&mut self, line: &str) {
        if self.0.len() == Self::LINES {
            self.0.pop_front();
        }
        self.0.push_back(line.to_owned());
    }

    /// The lines from the first error on, or else the last lines.
    fn useful(&self) -> String {
        let speaks = |line: &String| {
            // Not the word alone: it occurs in file names and compiler flags.
            let line = line.to_lowercase();
            let begins = ["error ", "cmake error", "failed:", "fatal"];
            line.contains("error:") || begins.iter().any(|word| line.starts_with(word))
        };
        let from = self
            .0
            .iter()
            .position(speaks)
            .unwrap_or(self.0.len().saturating_sub(Self::SHOWN));
        let lines: Vec<String> = self
            .0
            .iter()
            .skip(from)
            .take(Self::SHOWN)
            .map(|line| format!("  {}", shortened(line)))
            .collect();
        lines.join("\n")
    }
}

/// A compiler's command line fills a screen; the log has all of it.
fn shortened(line: &str) -> String {
    const SHOWN: usize = 240;
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ninja_s_counts() {
        assert_eq!(ninja_step("[3/49] Building C object x.o"), Some((3, 49)));
        assert_eq!(ninja_step("[0/0] nothing"), None);
        assert_eq!(ninja_step("-- Found seL4"), None);
    }

    #[test]
    fn a_missing_module_is_named_with_the_python_that_lacks_it() {
        let said =
            "Traceback (most recent call last):\n  ModuleNotFoundError: No module named 'pkg_resources.extern'\n";
        assert_eq!(missing_module(said), Some("pkg_resources"));
        let bin = tempfile::tempdir().unwrap();
        let python = bin.path().join("python3");
        std::fs::write(&python, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let hint = hint(said, &bin.path().join("log"), bin.path().as_os_str());
        let line = format!("  {} -m pip install pkg_resources", python.display());
        assert!(hint.ends_with(&line), "{hint}");
        assert_eq!(missing_module("error: no such file"), None);
    }

    #[test]
    fn the_tail_begins_with_the_first_error() {
        let mut tail = Tail::default();
        for line in ["[1/2] Building error.c", "x.c:1: error: no", "ninja: build stopped"] {
            tail.push(line);
        }
        assert_eq!(tail.useful(), "  x.c:1: error: no\n  ninja: build stopped");
        tail.push(&"é".repeat(500));
        assert!(tail.useful().ends_with("é …"));
    }
}
