//! A user's project, outside the workspace, that uses its crates.

use crate::{cargo, root};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Copies a folder, without cargo's build output.
///
/// # Panics
/// If a file can't be copied.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a file has a type").is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("the file can be copied")),
        }
    }
}

/// A copy of the template in a folder.
///
/// # Panics
/// If a file can't be copied.
pub fn from_template(folder: &Path) -> PathBuf {
    let project = folder.join("my-root-task");
    copy(&root().join("template"), &project);
    // The same crates as here, so that none is downloaded.
    fs::copy(root().join("Cargo.lock"), project.join("Cargo.lock")).expect("the file can be copied");
    project
}

/// Makes a project's cargo configuration use the crates of this workspace, without the network.
///
/// # Panics
/// If the file can't be written.
pub fn configure(project: &Path) {
    let folder = project.join(".cargo");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let file = folder.join("config.toml");
    let mut text = fs::read_to_string(&file).unwrap_or_default();
    text += "\n[net]\noffline = true\n\n[patch.crates-io]\n";
    for package in PACKAGES {
        text += &format!(
            "{package} = {{ path = {:?} }}\n",
            root().join(package).display().to_string()
        );
    }
    fs::write(file, text).expect("the file can be written");
}

/// The crates that a user's project depends on.
const PACKAGES: [&str; 6] = [
    "selfe-config",
    "selfe-sys",
    "selfe-runtime",
    "selfe-start",
    "selfe-test",
    "selfe-test-macros",
];

/// A `PATH` on which the `selfe` of this workspace is installed.
///
/// # Panics
/// If it does not build.
pub fn with_selfe() -> std::ffi::OsString {
    let selfe = crate::selfe();
    let folder = Path::new(selfe.get_program()).parent().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = folder.into_iter().chain(std::env::split_paths(&path));
    std::env::join_paths(folders).expect("no folder has a colon in its name")
}

/// Cargo as the user of a project elsewhere runs it, but with the crates of this workspace.
pub fn cargo_there(project: &Path, target: &Path) -> Command {
    let mut command = cargo();
    command
        .current_dir(project)
        .env("CARGO_TARGET_DIR", target)
        .arg("--offline");
    for variable in [
        "SEL4_CONFIG_PATH",
        "SEL4_PLATFORM",
        "SEL4_OVERRIDE_ARCH",
        "SEL4_OVERRIDE_SEL4_ARCH",
    ] {
        command.env_remove(variable);
    }
    for package in PACKAGES {
        let path = root().join(package);
        command.arg("--config").arg(format!(
            "patch.crates-io.{package}.path={:?}",
            path.display().to_string()
        ));
    }
    command
}
