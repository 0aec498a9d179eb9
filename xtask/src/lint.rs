//! `cargo xtask lint`: clippy and rustdoc, with warnings denied.

use crate::run::{Failure, cargo, root, run};
use crate::setup::setup;
use crate::test::{HOST_PACKAGES, sources};
use crate::toolchain::find_program;
use std::process::Command;

/// The crates that use selfe-sys, with libsel4.a's functions instead of the inline ones: code has
/// to compile with either.
const WITH_LIBSEL4_FUNCTIONS: &[&str] = &[
    "-p",
    "selfe-sys",
    "-p",
    "selfe-runtime",
    "-p",
    "selfe-start",
    "-p",
    "example_application",
    "-p",
    "selfe-conformance",
    "-p",
    "selfe-root-tasks",
    "-p",
    "selfe-binding-tests",
    "--features",
    "selfe-binding-tests/libsel4-functions",
];

/// Programs that a new machine does not have: the package of each, and its arguments. Advisories
/// need a network.
const OPTIONAL: &[(&str, &str, &[&str])] = &[
    ("typos", "typos-cli", &[]),
    ("cargo-deny", "cargo-deny", &["check", "licenses", "bans", "sources"]),
];

/// Lints everything; without the kernel's sources, what compiles without them.
pub fn lint() -> Result<(), Failure> {
    setup()?;
    let sources = sources()?;
    let has_kernel = sources.is_ok();
    let packages: Vec<&str> = match sources {
        Ok(()) => vec!["--workspace"],
        Err(reason) => {
            eprintln!("SKIPPED: lints of the crates that need the kernel: {reason}");
            HOST_PACKAGES.iter().flat_map(|package| ["-p", package]).collect()
        }
    };
    let clippy = |arguments: &[&str]| {
        let mut command = cargo(["clippy", "--quiet", "--all-targets"]);
        command.args(arguments).args(["--", "-D", "warnings"]);
        run(command)
    };
    clippy(&packages)?;
    if has_kernel {
        clippy(WITH_LIBSEL4_FUNCTIONS)?;
    }
    clippy(&["-p", "selfe-config", "--features", "bin"])?;
    clippy(&["-p", "selfe-releases", "--features", "program"])?;
    let mut doc = cargo(["doc", "--quiet", "--no-deps"]);
    doc.args(&packages).env("RUSTDOCFLAGS", "-D warnings");
    run(doc)?;
    for (program, package, arguments) in OPTIONAL {
        match find_program(program) {
            Some(path) => {
                let mut command = Command::new(path);
                command.args(*arguments).current_dir(root());
                run(command)?;
            }
            None => eprintln!("SKIPPED: {program} is not installed: `cargo install {package} --locked`"),
        }
    }
    Ok(())
}
