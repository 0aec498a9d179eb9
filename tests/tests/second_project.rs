//! A user's project, made from the template, when its kernel is in the cache.

use selfe_config::cache::Cache;
use selfe_tests::project::{cargo_there, from_template};
use selfe_tests::{cargo, has_sources, run, selfe, target_dir};
use std::ffi::OsString;
use std::fs;
use std::iter;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The programs that fetch and build kernels.
const BUILDERS: &[&str] = &["cmake", "ninja", "git"];

/// A `PATH` on which each of the programs logs its start to a file before it does its work.
fn watched_path(folder: &Path, log: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    fs::create_dir(folder).unwrap();
    for builder in BUILDERS {
        let places = std::env::split_paths(&path).map(|place| place.join(builder));
        let Some(real) = places.into_iter().find(|place| place.is_file()) else {
            continue;
        };
        let script = format!("#!/bin/sh\necho {builder} \"$@\" >> {log:?}\nexec {real:?} \"$@\"\n");
        let program = folder.join(builder);
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::env::join_paths(iter::once(folder.to_owned()).chain(std::env::split_paths(&path))).unwrap()
}

#[test]
fn the_template_boots_without_cmake_ninja_or_git() {
    if !has_sources("second_project") {
        return;
    }
    run(cargo().args(["build", "--quiet", "-p", "example_application"])).success();
    let before = kernel_builds();
    let dir = tempfile::tempdir().unwrap();
    let project = from_template(dir.path());
    // The same folder every time, so that a second run of this test compiles nothing.
    let target = target_dir().join("second-project");
    let log = dir.path().join("log");
    let path = watched_path(&dir.path().join("bin"), &log);
    run(cargo_there(&project, &target).arg("build").env("PATH", &path)).success();
    let build_scripts = fs::read_to_string(&log).unwrap_or_default();
    assert_eq!(build_scripts, "", "what a warm cache makes needless was run");
    // The log exists if something was logged.
    run(Command::new("git").arg("--version").env("PATH", &path)).success();
    assert_eq!(fs::read_to_string(&log).unwrap(), "git --version\n");
    assert_eq!(
        kernel_builds(),
        before,
        "the kernel of the same configuration was built again"
    );
    let booted = run(selfe()
        .arg("run")
        .args(["--timeout", "120"])
        .arg(target.join("debug/root-task")))
    .success();
    assert!(
        booted.out.contains("Hello from a root task of my own!"),
        "{}\n{}",
        booted.out,
        booted.err
    );
}
