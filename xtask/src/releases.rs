//! `cargo xtask releases` and `cargo xtask release-check`: what a release of seL4 changes, and what
//! selfe does not support yet.
//!
//! The package selfe-releases does the work. It is compiled when needed, because it depends on
//! bindgen.

use crate::boot;
use crate::matrix;
use crate::run::{Failure, cargo, clean, run};
use crate::setup;
use std::process::Command;
use toml::{Table, Value};

/// The usage message of `cargo xtask release-check`.
const USAGE: &str = "\
cargo xtask release-check NAME

NAME is a tag of seL4's repository where it begins with a digit, such as 16.0.0, else a branch, such as master.";

/// The case of tests/matrix.toml that is booted on that kernel.
const CASE: &str = "x86_64";

/// What no program can do.
const BY_HAND: &str = "
Left for a human (CONTRIBUTING.md has the whole list):
- read the release notes: does a change want a name, a warning or a safe wrapper in selfe-sys, selfe-runtime or selfe-start?
- boot everything: `cargo xtask boot --all` and `cargo xtask boot --releases`
- fill the crate of the sources and try it: `cargo xtask sel4-src TAG`";

/// Writes docs/releases.md, or with `--check` checks that it is current.
///
/// # Errors
/// A wrong argument, a kernel that does not build, or a page that is not current.
pub fn page(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        [] | ["--check"] => {}
        _ => return Err(Failure::usage("cargo xtask releases [--check]".to_owned())),
    }
    setup::setup()?;
    setup::whole_matrix()?;
    let mut command = program("page");
    command.args(arguments);
    run(command)
}

/// The checklist for one release.
///
/// # Errors
/// A wrong argument, or something remains to be done.
pub fn check(arguments: &[&str]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::usage(USAGE.to_owned()));
    };
    if name.starts_with('-') {
        return Err(Failure::usage(USAGE.to_owned()));
    }
    setup::setup()?;
    setup::whole_matrix()?;
    let mut command = program("check");
    command.arg(name);
    let trees = run(command);
    let mut cases = matrix::named(&[CASE])?;
    for case in &mut cases {
        case.name = format!("{CASE}-{name}");
        case.kernel = Some(kernel(name));
    }
    let booted = boot::these(cases);
    println!(
        "\n{:<8} the example and the conformance task boot on it",
        if booted.is_ok() { "ok" } else { "TO DO" }
    );
    println!("{BY_HAND}");
    match (trees, booted) {
        (Ok(()), Ok(())) => Ok(()),
        _ => Err(Failure::step("\nsomething is TO DO", None)),
    }
}

/// What to check out of the kernel's repository.
fn kernel(name: &str) -> Table {
    let key = if name.starts_with(|first: char| first.is_ascii_digit()) {
        "tag"
    } else {
        "branch"
    };
    Table::from_iter([(key.to_owned(), Value::from(name))])
}

/// The program of selfe-releases, with its first argument.
fn program(word: &str) -> Command {
    let package = [
        "run",
        "--quiet",
        "-p",
        "selfe-releases",
        "--features",
        "program",
        "--",
        word,
    ];
    clean(cargo(package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_begins_with_a_digit_is_a_tag() {
        assert!(kernel("16.0.0").contains_key("tag"));
        assert!(kernel("master").contains_key("branch"));
    }
}
