//! What selfe-sys's build script hands on about its sel4.toml, and the comparison in that of a root task.
//!
//! Cargo does not see that a sel4.toml was added, or that another member of the workspace is built now. The root task's build script
//! does: it stops, and sees to it that the next build finds the file.

use super::error::BuildScriptError;
use super::which::Which;
use super::workspace::nearest;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The lines that hand on which file served, and have cargo run the build script again where [`check`] asks for that.
pub fn hand_on(which: &Which, out_dir: &Path, as_of: SystemTime) -> Vec<String> {
    let again = out_dir.join("again");
    // Cargo runs a script for each build where what it watches is missing.
    if File::create(&again).is_ok() {
        make_older(&again, as_of);
    }
    let text = |path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(String::new, |path| path.display().to_string())
    };
    let mut lines = vec![
        format!("cargo::rerun-if-changed={}", again.display()),
        format!("cargo::metadata=config={}", text(&which.path)),
        format!("cargo::metadata=workspace={}", text(&which.root)),
        format!("cargo::metadata=again={}", again.display()),
    ];
    if which.may_change {
        lines.push(format!(
            "cargo::rerun-if-changed={}",
            out_dir.join("never-there").display()
        ));
    }
    lines
}

/// Gives a file the age of one that was there before the build script started: cargo runs a script once more for what is newer.
pub fn make_older(path: &Path, as_of: SystemTime) {
    let is_newer = |path: &Path| Some(path.metadata().ok()?.modified().ok()? > as_of);
    if is_newer(path) == Some(true)
        && let Ok(file) = File::options().write(true).open(path)
    {
        // Where that is refused cargo compiles once more than it has to.
        let _ = file.set_modified(as_of);
    }
}

/// Whether selfe-sys found no sel4.toml. The script then leaves it to cargo to watch the crate's files, as one may be added.
pub fn is_embedded() -> bool {
    let is_empty = |name: &str| std::env::var_os(name).is_some_and(|value| value.is_empty());
    is_empty("DEP_SEL4_CONFIG") && !is_empty("DEP_SEL4_WORKSPACE")
}

/// Has cargo run the script again where a file is added to a crate below the workspace's root: it may be a sel4.toml nearer than the one
/// that serves. Cargo looks at all in the folder, so it is to hold nothing that is built.
pub fn watched_folder() -> Option<String> {
    let path = |name: &str| PathBuf::from(std::env::var_os(name)?).canonicalize().ok();
    let (folder, root) = (path("CARGO_MANIFEST_DIR")?, path("DEP_SEL4_WORKSPACE")?);
    let is_below = folder != root && folder.starts_with(&root);
    let holds_results = ["target", ".git"].iter().any(|name| folder.join(name).exists())
        || path("OUT_DIR").is_some_and(|out_dir| out_dir.starts_with(&folder));
    (is_below && !holds_results).then(|| format!("cargo::rerun-if-changed={}", folder.display()))
}

/// Compares the sel4.toml that selfe-sys was built for with the one that is nearest to this crate.
pub fn check() -> Result<(), BuildScriptError> {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let given = |name: &str| path(name).filter(|path| !path.as_os_str().is_empty());
    let (Some(served), Some(root), Some(folder)) = (
        path("DEP_SEL4_CONFIG"),
        given("DEP_SEL4_WORKSPACE"),
        given("CARGO_MANIFEST_DIR"),
    ) else {
        return Ok(());
    };
    if given("SEL4_CONFIG_PATH").is_some() {
        return Ok(());
    }
    let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let own = nearest(&real(folder), &real(root)).map(real);
    let Some(own) = own.filter(|own| *own != served) else {
        return Ok(());
    };
    let noted = given("DEP_SEL4_AGAIN").is_some_and(|again| std::fs::write(again, "run\n").is_ok());
    let advice = if noted {
        "selfe-sys is compiled anew by the next build: run the same command again"
    } else {
        "run `cargo clean -p selfe-sys`, and build again"
    };
    let embedded = served.as_os_str().is_empty();
    Err(BuildScriptError::OtherConfiguration {
        advice: format!("{advice}; or name the file with SEL4_CONFIG_PATH={}", own.display()),
        served: if embedded {
            "the embedded default".to_owned()
        } else {
            served.display().to_string()
        },
        own,
    })
}
