//! The example application, booted as a user does.

use selfe_tests::{Run, cargo, has_sources, run, selfe, target_dir};

/// The example's output, however it was started.
#[track_caller]
fn greets(run: &Run) {
    let hello = format!(
        "Hello from Rust on seL4 {} (x86_64, pc99)!",
        selfe_config::release::newest().name
    );
    for words in [
        hello.as_str(),
        "Untyped memory, RAM: ",
        "Untyped memory, devices: ",
        "to a new page at ",
        "Asked a second thread for twice 21; it answered 42.",
        "All is well.",
    ] {
        assert!(run.out.contains(words), "no `{words}` in\n{}\n{}", run.out, run.err);
    }
    assert!(
        !run.out.contains("\x1b]selfe"),
        "the end of the run is for selfe, not for the terminal"
    );
}

#[test]
fn simulate_in_both_profiles() {
    if !has_sources("example::simulate_in_both_profiles") {
        return;
    }
    for profile in ["--debug", "--release"] {
        let booted = run(selfe().args([
            "simulate",
            "-p",
            "pc99",
            "--sel4_arch",
            "x86_64",
            profile,
            "--timeout",
            "120",
        ]));
        greets(&booted.success());
    }
}

#[test]
fn cargo_run_boots_the_kernel_that_it_was_linked_for() {
    if !has_sources("example::cargo_run") {
        return;
    }
    let booted = run(cargo().args(["run", "--quiet", "-p", "example_application"]));
    greets(&booted.success());
}

#[test]
fn build_prints_the_folder_and_the_images() {
    if !has_sources("example::build") {
        return;
    }
    let built = run(selfe().args(["build", "-p", "pc99", "--sel4_arch", "x86_64", "--debug"])).success();
    let paths: Vec<&std::path::Path> = built.out.lines().map(std::path::Path::new).collect();
    assert!(paths.len() >= 3 && paths[0].is_dir(), "{}", built.out);
    assert!(paths[1..].iter().all(|path| path.is_file()), "{}", built.out);
    assert!(
        paths[1..]
            .iter()
            .all(|path| path.starts_with(target_dir().join("sel4"))),
        "{}",
        built.out
    );
}
