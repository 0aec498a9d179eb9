//! What the whole-system tests share: skipping with a reason, and the `selfe` of this workspace.

pub mod project;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Reports that the calling test can't run here, and why. `cargo xtask test` counts this line.
///
/// # Panics
/// If `SELFE_REQUIRE_ALL=1` is set.
pub fn skip(test: &str, reason: &str) {
    assert!(
        std::env::var_os("SELFE_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "SELFE_REQUIRE_ALL=1 allows no skipped test, but {test} can't run: {reason}"
    );
    // Written to the stream directly: the test runner captures the output of the print macros.
    let reason = reason.lines().next().unwrap_or_default();
    let _ = std::io::stderr().write_all(format!("SKIPPED: {test}: {reason}\n").as_bytes());
}

/// The workspace's root.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The text of a file of the workspace.
///
/// # Panics
/// If it can't be read.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Cargo, in the workspace's root, without the variables that the running cargo has set.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST") || name == "CARGO_BIN_NAME" {
            command.env_remove(name);
        }
    }
    command
}

/// The folder of cargo's build output.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The `selfe` of this workspace, built once per test run.
///
/// # Panics
/// If it does not build.
pub fn selfe() -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(|| {
        let status = cargo()
            .args([
                "build",
                "--quiet",
                "-p",
                "selfe-config",
                "--features",
                "bin",
                "--bin",
                "selfe",
            ])
            .status()
            .expect("cargo starts");
        assert!(status.success(), "selfe does not build");
        target_dir().join("debug/selfe")
    });
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Whether the kernel's sources are available; if not, the test is skipped with the reason.
///
/// # Panics
/// If `selfe fetch` fails for another reason, or `SELFE_REQUIRE_ALL=1` is set.
pub fn has_sources(test: &str) -> bool {
    const UNREACHABLE: i32 = 4;
    let output = selfe().args(["fetch", "-p", "pc99"]).output().expect("selfe starts");
    let message = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => true,
        Some(UNREACHABLE) => {
            skip(test, message.trim_start_matches("error: "));
            false
        }
        _ => panic!("selfe fetch: {}\n{message}", output.status),
    }
}

/// The results of running a program.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output, with bytes that are not UTF-8 replaced.
    pub out: String,
    /// Standard error, likewise.
    pub err: String,
}

/// Runs a command until it ends.
///
/// # Panics
/// If it can't be started.
pub fn run(command: &mut Command) -> Run {
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "");
    Run {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

impl Run {
    /// The run itself, if it succeeded.
    ///
    /// # Panics
    /// With all of its output, if it failed.
    #[track_caller]
    pub fn success(self) -> Run {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }
}
