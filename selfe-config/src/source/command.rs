//! Runs the user's own git, without anything in its environment or settings that would redirect it
//! to another repository, alter files or run programs. What it needs to reach a repository is kept:
//! credentials, proxies, certificates, `url.*.insteadOf`.

use crate::tools::{self, MissingTool};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a git command failed.
pub enum Failure {
    /// git is not installed.
    Missing(MissingTool),
    /// git's own message.
    Said(String),
}

/// Variables that a hook, or a build inside another repository, may have set; and those that decide
/// the format of a new repository.
const NOT_KEPT: &[&str] = &[
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INDEX_VERSION",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_QUARANTINE_PATH",
    "GIT_TEMPLATE_DIR",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_ATTR_SOURCE",
    "GIT_EXTERNAL_DIFF",
];

/// Settings that override the user's: files are exactly the commit's, git runs no other programs,
/// and nothing runs in the background.
const SETTINGS: &[&str] = &[
    "advice.detachedHead=false",
    "init.defaultBranch=main",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.logAllRefUpdates=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.prune=false",
    "fetch.pruneTags=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// Runs git on a repository, if one is given, and returns its output.
pub fn run(repository: Option<&Path>, arguments: &[&str]) -> Result<String, Failure> {
    let output = run_with(repository, None, None, arguments)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// As [`run`], in a folder and with input; its output may be anything.
pub(crate) fn run_with(
    repository: Option<&Path>,
    dir: Option<&Path>,
    input: Option<File>,
    arguments: &[&str],
) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new(tools::find("git").map_err(Failure::Missing)?);
    for name in NOT_KEPT {
        command.env_remove(name);
    }
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    if let Some(repository) = repository {
        let mut option = std::ffi::OsString::from("--git-dir=");
        option.push(repository);
        command.arg(option);
    }
    command
        .args(arguments)
        // A prompt in the middle of a build would wait forever.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        // The folder that git runs in is never somebody else's repository.
        .env("GIT_CEILING_DIRECTORIES", "/")
        .current_dir(dir.unwrap_or(Path::new("/")))
        .stdin(input.map_or_else(Stdio::null, Stdio::from));
    let output = command.output().map_err(|error| Failure::Said(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::Said(if said.is_empty() {
        output.status.to_string()
    } else {
        said
    }))
}
