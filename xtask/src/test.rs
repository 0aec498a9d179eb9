//! `cargo xtask test`: every test of the workspace, counted.

use crate::run::{Failure, cargo, describe, selfe};
use crate::setup::setup;
use crate::tally::{SKIPPED, Tally, requires_all};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// The crates that compile without the kernel's sources.
pub const HOST_PACKAGES: &[&str] = &["selfe-config", "selfe-tests", "sel4-src", "xtask"];

/// `selfe fetch` ends with this code if a source can't be reached.
const UNREACHABLE: i32 = 4;

struct Suite {
    name: &'static str,
    needs_sources: bool,
    arguments: &'static [&'static str],
}

const SUITES: &[Suite] = &[
    Suite {
        name: "selfe-config and the command line",
        needs_sources: false,
        arguments: &["test", "--no-fail-fast", "-p", "selfe-config", "--features", "bin"],
    },
    Suite {
        name: "whole-system tests",
        needs_sources: false,
        arguments: &[
            "test",
            "--no-fail-fast",
            "-p",
            "selfe-tests",
            "-p",
            "sel4-src",
            "-p",
            "xtask",
        ],
    },
    Suite {
        name: "the crates of the target and the bindings",
        needs_sources: true,
        arguments: &[
            "test",
            "--no-fail-fast",
            "--workspace",
            "--exclude",
            "selfe-config",
            "--exclude",
            "selfe-tests",
            "--exclude",
            "sel4-src",
            "--exclude",
            "xtask",
        ],
    },
];

/// Sets up, runs every suite and prints the counts last.
pub fn test() -> Result<(), Failure> {
    setup()?;
    crate::setup::whole_matrix()?;
    let require_all = requires_all();
    let sources = sources()?;
    let mut total = Tally::default();
    for suite in SUITES {
        println!("\n== {}", suite.name);
        match &sources {
            Err(reason) if suite.needs_sources => {
                eprintln!("{SKIPPED}{}: {reason}", suite.name);
                total.skipped.push(format!("{}: {reason}", suite.name));
            }
            _ => total.add(run_suite(cargo(suite.arguments))?),
        }
    }
    println!("\n== the bindings of every sel4_arch");
    match &sources {
        Err(reason) => total.skipped.push(format!("the bindings of every sel4_arch: {reason}")),
        Ok(()) => crate::bindings::all(&mut total)?,
    }
    println!("\n== the kernels of tests/matrix.toml, booted");
    match &sources {
        Err(reason) => total
            .skipped
            .push(format!("the kernels of tests/matrix.toml: {reason}")),
        Ok(()) => crate::boot::all(&mut total)?,
    }
    for reason in &total.skipped {
        println!("skipped: {reason}");
    }
    println!("{total}");
    if total.failed > 0 {
        return Err(Failure::step("some tests failed", None));
    }
    if require_all && !total.skipped.is_empty() {
        return Err(Failure::step("SELFE_REQUIRE_ALL=1 allows no skipped test", None));
    }
    Ok(())
}

/// Whether the kernel's sources are in the cache or can be fetched; the inner error is the reason.
///
/// # Errors
/// `selfe` can't be built or started, or fails for another reason than an unreachable source.
pub fn sources() -> Result<Result<(), String>, Failure> {
    let mut command = selfe(["fetch", "-p", "pc99"])?;
    let name = describe(&command);
    let output = command.stdout(Stdio::inherit()).stderr(Stdio::piped()).output();
    let output = output.map_err(|error| Failure::step(format!("can't run `{name}`: {error}"), None))?;
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => Ok(Ok(())),
        Some(UNREACHABLE) => {
            let first = message.lines().next().unwrap_or("a source is unreachable");
            let first = first.trim_start_matches("error: ").to_owned();
            eprint!("{message}");
            Ok(Err(first))
        }
        code => Err(Failure::step(message, code)),
    }
}

/// Runs a suite, passes its output on and counts.
fn run_suite(mut command: Command) -> Result<Tally, Failure> {
    let name = describe(&command);
    let failure = |error| Failure::step(format!("can't run `{name}`: {error}"), None);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failure)?;
    let tally = Mutex::new(Tally::default());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(|| out.map(|stream| pass_on(stream, std::io::stdout(), &tally)));
        scope.spawn(|| err.map(|stream| pass_on(stream, std::io::stderr(), &tally)));
    });
    let status = child.wait().map_err(failure)?;
    let mut tally = tally.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !status.success() && tally.failed == 0 {
        // No failed test was counted, so it failed before its tests ran: it did not compile, or was
        // killed.
        tally.failed = 1;
    }
    Ok(tally)
}

/// Copies a stream line by line and counts. Bytes that are not UTF-8 are passed on unchanged.
fn pass_on(stream: impl Read, mut to: impl Write, tally: &Mutex<Tally>) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        // A closed terminal must not stop the count.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        if let Ok(mut tally) = tally.lock() {
            tally.read(String::from_utf8_lossy(&line).trim_end());
        }
        line.clear();
    }
}
