//! A project of a user's own, made from the template.

use selfe_config::cache::Cache;
use selfe_tests::{cargo, has_sources, root, run, selfe, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Cargo as the user of a project elsewhere runs it, but with the crates of this workspace.
fn cargo_there(project: &Path, target: &Path) -> Command {
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
    for package in ["selfe-config", "selfe-sys", "selfe-runtime", "selfe-start"] {
        let path = root().join(package);
        command.arg("--config").arg(format!(
            "patch.crates-io.{package}.path={:?}",
            path.display().to_string()
        ));
    }
    command
}

/// The kernel builds in the cache.
fn kernel_builds() -> Vec<PathBuf> {
    let builds = Cache::open().unwrap().root().join("build");
    let mut builds: Vec<PathBuf> = fs::read_dir(builds)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    builds.retain(|path| path.is_dir());
    builds.sort();
    builds
}

#[test]
fn the_template_boots_and_builds_no_second_kernel() {
    if !has_sources("second_project") {
        return;
    }
    run(cargo().args(["build", "--quiet", "-p", "example_application"])).success();
    let before = kernel_builds();
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("my-root-task");
    copy(&root().join("template"), &project);
    fs::copy(root().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    // The same folder each time, so that a second run of this test compiles nothing.
    let target = target_dir().join("second-project");
    run(cargo_there(&project, &target).arg("build")).success();
    assert_eq!(
        kernel_builds(),
        before,
        "the kernel of the same configuration was built again"
    );
    let booted = run(selfe()
        .arg("run")
        .args(["--timeout", "120"])
        .arg(target.join("debug/my-root-task")))
    .success();
    assert!(
        booted.out.contains("Hello from a root task of my own!"),
        "{}\n{}",
        booted.out,
        booted.err
    );
}
