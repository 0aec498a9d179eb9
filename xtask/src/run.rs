//! Running cargo and `selfe` from the workspace's root.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a command of xtask ended early: a message for the terminal and an exit code.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub message: String,
    /// xtask's exit code; the program's if a program failed.
    pub code: u8,
}

impl Failure {
    /// The command line was wrong.
    pub fn usage(message: String) -> Self {
        Failure { message, code: 2 }
    }

    /// A step failed for a reason that was printed already, or that is given here.
    pub fn step(message: impl Into<String>, code: Option<i32>) -> Self {
        let code = code.and_then(|code| u8::try_from(code).ok()).filter(|&code| code != 0);
        Failure {
            message: message.into(),
            code: code.unwrap_or(1),
        }
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The folder of cargo's build output.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Cargo, in the workspace's root.
pub fn cargo<S: Into<OsString>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.into_iter().map(Into::into)).current_dir(root());
    command
}

/// The workspace's own `selfe`, built first if it is out of date; run in the workspace's root.
///
/// # Errors
/// It does not build.
pub fn selfe<S: Into<OsString>>(arguments: impl IntoIterator<Item = S>) -> Result<Command, Failure> {
    let mut command = Command::new(selfe_program()?);
    command.args(arguments.into_iter().map(Into::into)).current_dir(root());
    Ok(command)
}

/// The program of the workspace's own `selfe`, built first if it is out of date.
///
/// # Errors
/// It does not build.
pub fn selfe_program() -> Result<PathBuf, Failure> {
    run(cargo([
        "build",
        "--quiet",
        "-p",
        "selfe-config",
        "--features",
        "bin",
        "--bin",
        "selfe",
    ]))?;
    Ok(target_dir().join("debug/selfe"))
}

/// Variables that a user may have set for other work.
const VARIABLES: &[&str] = &[
    "SELFE_LOCKED",
    "SEL4_CONFIG_PATH",
    "SEL4_PLATFORM",
    "SEL4_OVERRIDE_ARCH",
    "SEL4_OVERRIDE_SEL4_ARCH",
];

/// The command without the settings in the environment for `selfe` and the build scripts.
pub fn clean(mut command: Command) -> Command {
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

/// Runs a command until it ends.
///
/// # Errors
/// It can't be started, or it fails: then with its own exit code.
pub fn run(mut command: Command) -> Result<(), Failure> {
    let name = describe(&command);
    let status = command
        .status()
        .map_err(|error| Failure::step(format!("can't run `{name}`: {error}"), None))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::step(format!("`{name}` failed: {status}"), status.code()))
}

/// The command as one would type it, with only the program's file name.
pub fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
