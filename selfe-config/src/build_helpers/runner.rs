//! Whether cargo can run what it is about to build: a missing `selfe` is told before the kernel is
//! built, and not afterwards.

use super::asked::Asked;
use super::error::BuildScriptError;
use super::link;
use std::path::PathBuf;

/// The command that a project's cargo configuration names as the runner.
const RUNNER: &str = "selfe";

/// Checks it, if cargo is to run something.
///
/// # Errors
/// The runner is `selfe`, which is not installed.
pub fn check(asked: &Asked) -> Result<(), BuildScriptError> {
    let Some(target) = std::env::var("TARGET").ok().filter(|_| asked.runs) else {
        return Ok(());
    };
    // A variable replaces what the files say.
    let variable = format!("CARGO_TARGET_{}_RUNNER", target.to_uppercase().replace(['-', '.'], "_"));
    if std::env::var_os(variable).is_some() || which::which(RUNNER).is_ok() {
        return Ok(());
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let files = link::configurations(&asked.folder, home.as_deref());
    match naming(&files, &target) {
        Some(named_by) => Err(BuildScriptError::NoRunner { named_by }),
        None => Ok(()),
    }
}

/// The file that names `selfe` as the runner for a target.
fn naming(files: &[PathBuf], target: &str) -> Option<PathBuf> {
    let names = |file: &&PathBuf| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.parse().is_ok_and(|table| is_runner(&table, target))
    };
    files.iter().find(names).cloned()
}

/// Whether `selfe` without a folder is the runner for a target; of the conditions, only the one
/// that projects have is understood.
fn is_runner(table: &toml::Table, target: &str) -> bool {
    let bare = "cfg(target_os = \"none\")";
    let keys = [Some(target), target.contains("-none").then_some(bare)];
    let tables = table.get("target").and_then(toml::Value::as_table);
    keys.into_iter().flatten().any(|key| {
        let runner = tables.and_then(|tables| tables.get(key)?.get("runner"));
        match runner {
            Some(toml::Value::String(line)) => line.split_whitespace().next() == Some(RUNNER),
            Some(toml::Value::Array(words)) => words.first().and_then(toml::Value::as_str) == Some(RUNNER),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_of_the_target_counts() {
        let is = |text: &str, target: &str| is_runner(&text.parse().unwrap(), target);
        let linux = "x86_64-unknown-linux-gnu";
        assert!(is("[target.x86_64-unknown-linux-gnu]\nrunner = 'selfe run'\n", linux));
        assert!(is(
            "[target.x86_64-unknown-linux-gnu]\nrunner = ['selfe', 'run']\n",
            linux
        ));
        assert!(is(
            "[target.'cfg(target_os = \"none\")']\nrunner = 'selfe run'\n",
            "aarch64-unknown-none"
        ));
        for text in [
            "",
            "[target.x86_64-unknown-linux-gnu]\nlinker = 'selfe'\n",
            "[target.x86_64-unknown-linux-gnu]\nrunner = '.cargo/runner'\n",
            "[target.x86_64-unknown-linux-gnu]\nrunner = '/opt/selfe run'\n",
            "[target.aarch64-unknown-none]\nrunner = 'selfe run'\n",
            "[target.'cfg(target_os = \"none\")']\nrunner = 'selfe run'\n",
        ] {
            assert!(!is(text, linux), "{text}");
        }
    }

    #[test]
    fn the_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let files = ["a.toml", "b.toml"].map(|name| dir.path().join(name));
        std::fs::write(&files[0], "not TOML").unwrap();
        std::fs::write(&files[1], "[target.t]\nrunner = 'selfe run'\n").unwrap();
        assert_eq!(naming(&files, "t"), Some(files[1].clone()));
        assert_eq!(naming(&files, "u"), None);
    }
}
