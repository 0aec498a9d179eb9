//! `cargo xtask distro SUITE`: the demo, the tests and the kernels of every release on another
//! Debian release.
//!
//! It runs in a root file system below `target/distro`, with this computer's Rust and workspace.

mod base;
mod mounts;

use crate::boot::report::align;
use crate::run::{Failure, root, target_dir};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The usage message.
const USAGE: &str = "\
cargo xtask distro SUITE            demo, test, and the kernels of every release, on Debian's SUITE: trixie, sid, bookworm
cargo xtask distro SUITE COMMAND…   this command of xtask alone, such as: boot riscv64-13.0.0";

/// The default steps.
const STEPS: &[&[&str]] = &[&["demo"], &["test"], &["boot", "--kernels", "--releases"]];

/// Environment variables about the network, and about what is expected: names and prefixes.
const KEPT: &[&str] = &[
    "HOME",
    "USER",
    "TERM",
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_PROFILE_",
    "CARGO_REGISTRIES_",
    "CURL_CA_BUNDLE",
    "GIT_SSL_",
    "PIP_",
    "REQUESTS_CA_BUNDLE",
    "SELFE_REQUIRE_ALL",
    "SSL_CERT_",
];

/// Runs the program in namespaces that end with it, together with everything it started.
const UNSHARE: &[&str] = &["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];

const INSIDE: &str = include_str!("inside.sh");

/// A distribution, and its folder below `target/distro`.
pub struct Suite {
    name: String,
}

impl Suite {
    fn dir(&self) -> PathBuf {
        target_dir().join("distro").join(&self.name)
    }

    fn root(&self) -> PathBuf {
        self.dir().join("root")
    }

    /// The file that marks the root file system as complete.
    fn marker(&self) -> PathBuf {
        self.dir().join("complete")
    }

    fn mounts(&self) -> PathBuf {
        self.dir().join("mounts")
    }

    /// Cargo's target folder there.
    fn target(&self) -> PathBuf {
        self.dir().join("target")
    }
}

/// The command with its arguments.
///
/// # Errors
/// A wrong argument, something is missing here, or a step failed there.
pub fn distro(arguments: &[&str]) -> Result<(), Failure> {
    let (name, command) = match arguments {
        [name, command @ ..] if is_suite(name) => (name, command),
        _ => return Err(Failure::usage(USAGE.to_owned())),
    };
    let suite = Suite {
        name: (*name).to_owned(),
    };
    base::check_tools()?;
    base::make(&suite)?;
    let path = mounts::write(&suite)?;
    let steps = if command.is_empty() { STEPS } else { &[command] };
    let mut rows = Vec::new();
    let mut failed = 0;
    for step in steps {
        let start = Instant::now();
        let status = inside(&suite, &path, step).status();
        let status = status.map_err(|error| Failure::step(format!("can't run unshare: {error}"), None))?;
        failed += usize::from(!status.success());
        let seen = if status.success() {
            "ok".to_owned()
        } else {
            format!("FAILED: {status}")
        };
        rows.push(vec![
            step.join(" "),
            format!("{:.0} s", start.elapsed().as_secs_f64()),
            seen,
        ]);
    }
    print!("\n{}:\n{}", suite.name, align(&rows));
    match failed {
        0 => Ok(()),
        count => Err(Failure::step(
            format!("{count} of {} steps failed on {name}", rows.len()),
            None,
        )),
    }
}

/// The word becomes a folder's name and an argument.
fn is_suite(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase())
}

/// A command of xtask in the distribution.
fn inside(suite: &Suite, path: &str, step: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(UNSHARE).args(["--", "sh", "-c", INSIDE, "inside.sh"]);
    command.arg(suite.root()).arg(suite.mounts());
    command
        .args(["sh", "-c", "cd \"$0\" && exec cargo xtask \"$@\""])
        .arg(root())
        .args(step);
    command.env_clear();
    command.envs(std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        name.to_lowercase().ends_with("_proxy") || KEPT.iter().any(|kept| name.starts_with(kept))
    }));
    command
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive");
    command.env("SELFE_CACHE_DIR", "/var/cache/selfe");
    command
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| Failure::step(format!("{}: {error}", path.display()), None))
}
