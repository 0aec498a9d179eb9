//! The checks of one case.

use super::compiler::Compiler;
use super::program;
use crate::matrix::{Case, Profile, Scratch};
use crate::run::{Failure, clean, describe, selfe};
use crate::tally::Tally;
use crate::toolchain::Toolchain;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The package of the programs.
const PACKAGE: &str = "selfe-on-target";

/// `selfe` ends with one of these codes if this computer lacks something: a tool or a source.
const LACKING: &[i32] = &[3, 4];

/// The result of a case's checks.
pub enum Ending {
    /// All hold.
    Done {
        /// The number of property tests that ran.
        checks: usize,
        /// The number of assertions that the compiler checked.
        assertions: usize,
    },
    /// Some don't.
    Failed {
        /// How many.
        count: usize,
        /// The output.
        why: String,
    },
    /// They can't run here: why.
    Skipped(String),
}

/// Checks one case.
///
/// # Errors
/// A folder can't be made, or a command can't be started.
pub fn check(case: &Case) -> Result<Ending, Failure> {
    let toolchain = match Toolchain::find(&case.rust_target) {
        Ok(toolchain) => toolchain,
        Err(why) => return Ok(Ending::Skipped(why)),
    };
    if let Err(why) = program::runner(&case.sel4_arch) {
        return Ok(Ending::Skipped(why));
    }
    let scratch = Scratch::new(case)?;
    // The kernel first: `selfe`'s exit code shows whether something is missing.
    let mut kernel = clean(selfe(["build", "--platform", &case.platform])?);
    kernel
        .args(["--sel4_arch", &case.sel4_arch])
        .arg(format!("--{}", case.profile.word()));
    let kernel = output(kernel.current_dir(scratch.dir()))?;
    if !kernel.status.success() {
        let said = text(&kernel.stderr);
        return Ok(match kernel.status.code() {
            Some(code) if LACKING.contains(&code) => Ending::Skipped(first_line(&said)),
            _ => failed(1, said),
        });
    }
    let mut build = clean(toolchain.build());
    build.args(["--quiet", "-p", PACKAGE, "--features", "programs"]);
    build.args(case.feature_arguments());
    if case.profile == Profile::Release {
        build.arg("--release");
    }
    build.env("SEL4_CONFIG_PATH", scratch.config());
    build.env("SEL4_PLATFORM", &case.platform);
    build.env("SEL4_OVERRIDE_SEL4_ARCH", &case.sel4_arch);
    let built = output(&mut build)?;
    if !built.status.success() {
        return Ok(failed(1, text(&built.stderr)));
    }
    let programs = toolchain.target_dir().join(&case.rust_target).join(case.profile.word());
    Ok(both(case, &programs, &scratch).unwrap_or_else(|why| failed(1, why)))
}

/// Runs the programs.
fn both(case: &Case, programs: &Path, scratch: &Scratch) -> Result<Ending, String> {
    let run = |name: &str| program::run(program::runner(&case.sel4_arch)?, &programs.join(name));
    let (said, ended_well) = run("bitfields")?;
    let mut tally = Tally::default();
    said.lines().for_each(|line| tally.read(line));
    if !ended_well || tally.failed > 0 || tally.passed == 0 {
        let passed = |line: &&str| !line.ends_with(" ... ok");
        let said: Vec<&str> = said.lines().filter(passed).collect();
        return Ok(failed(tally.failed.max(1), said.join("\n")));
    }
    let (source, ended_well) = run("layout")?;
    let count = source
        .lines()
        .filter(|line| line.starts_with("_Static_assert("))
        .count();
    if !ended_well || count == 0 {
        return Err(format!("the program `layout` failed\n{source}"));
    }
    let file = scratch.dir().join("layout.c");
    std::fs::write(&file, &source).map_err(|error| format!("writing {}: {error}", file.display()))?;
    let (tree, headers) = places(&source).ok_or("the program `layout` does not say which headers it is about")?;
    let compiled = Compiler::of_libsel4(&tree)?.check(&file, &headers).output();
    let compiled = compiled.map_err(|error| format!("the compiler of libsel4 does not start: {error}"))?;
    if !compiled.status.success() {
        return Ok(failed(1, text(&compiled.stderr)));
    }
    Ok(Ending::Done {
        checks: tally.passed,
        assertions: count,
    })
}

/// The kernel's build tree and the folder of the header, from the first lines of what `layout`
/// prints.
fn places(source: &str) -> Option<(PathBuf, PathBuf)> {
    let mut lines = source.lines();
    let tree = lines.next()?.strip_prefix("/* ")?.strip_suffix(" */")?;
    let header = lines.next()?.strip_prefix("#include \"")?.strip_suffix('"')?;
    Some((tree.into(), Path::new(header).parent()?.to_owned()))
}

fn failed(count: usize, why: String) -> Ending {
    Ending::Failed { count, why }
}

fn output(command: &mut Command) -> Result<Output, Failure> {
    let name = describe(command);
    let output = command.output();
    output.map_err(|error| Failure::step(format!("can't run `{name}`: {error}"), None))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn first_line(said: &str) -> String {
    let line = said
        .lines()
        .find(|line| line.starts_with("error: "))
        .or(said.lines().next());
    line.unwrap_or("it said nothing")
        .trim_start_matches("error: ")
        .to_owned()
}
