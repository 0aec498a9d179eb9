//! Running the user's own git, with nothing in its environment or settings that would lead it into
//! another repository, alter files or run programs. What it needs to reach a repository stays the
//! user's: credentials, proxies, certificates, `url.*.insteadOf`.

use crate::tools::{self, MissingTool};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a git command did not succeed.
pub enum Failure {
    /// There is no git.
    Missing(MissingTool),
    /// git's own words.
    Said(String),
}

/// What a hook, or a build that runs inside another repository, may have set; and what decides how
/// a new repository looks.
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

/// What the user's settings must not change: the files are those of the commit, no program runs
/// beside git, and nothing goes on in the background.
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

/// Runs git on a repository, if one is given, and returns what it prints.
pub fn run(repository: Option<&Path>, arguments: &[&str]) -> Result<String, Failure> {
    let output = run_with(repository, None, None, arguments)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// As [`run`], in a folder and with what it reads; it may print anything.
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
        // A question in the middle of a build would wait for ever.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        // The folder that git runs in is never a repository of somebody else's.
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
