//! Running the user's own git, with nothing in its environment that would lead it into another repository.

use crate::tools::{self, MissingTool};
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a git command did not succeed.
pub enum Failure {
    /// There is no git.
    Missing(MissingTool),
    /// git's own words.
    Said(String),
}

/// What a hook, or a build that runs inside another repository, may have set.
const NOT_KEPT: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
];

/// What the user's settings must not change: the files are those of the commit, and nothing goes on in the background.
const SETTINGS: &[&str] = &[
    "advice.detachedHead=false",
    "init.defaultBranch=main",
    "init.templateDir=",
    "core.autocrlf=false",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// Runs git and returns what it prints.
pub fn run(dir: Option<&Path>, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(tools::find("git").map_err(Failure::Missing)?);
    for name in NOT_KEPT {
        command.env_remove(name);
    }
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    // A question in the middle of a build would wait for ever.
    command
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    let output = command.output().map_err(|error| Failure::Said(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::Said(if said.is_empty() {
        output.status.to_string()
    } else {
        said
    }))
}
