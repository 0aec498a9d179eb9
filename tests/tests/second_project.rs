//! A project of a user's own, made from the template.

use selfe_config::cache::Cache;
use selfe_tests::project::{cargo_there, from_template};
use selfe_tests::{cargo, has_sources, run, selfe, target_dir};
use std::fs;
use std::path::PathBuf;

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
    let project = from_template(dir.path());
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
