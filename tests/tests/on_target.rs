//! `cargo test` of a root task's crate: tests on the target beside tests of the host, as cargo, its
//! filters and an editor run them. How each test can end is shown by `cargo xtask boot`, on every
//! architecture.

use selfe_tests::project::{configure, from_template, with_selfe};
use selfe_tests::{Run, cargo, has_sources, run, target_dir};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Tests of the program's own modules, in place of the template's program.
const MAIN: &str = "\
#![no_std]
#![no_main]

use selfe_start::debug_println;

#[cfg(not(test))]
selfe_start::entry!(main);
#[cfg(test)]
selfe_test::main!(main);

fn main() {
    for argument in selfe_start::args() {
        debug_println!(\"argument {argument:?}\");
    }
    debug_println!(\"the double of 21 is {}\", double(21));
}

fn double(number: u32) -> u32 {
    2 * number
}

#[cfg(test)]
mod tests {
    #[selfe_test::test]
    fn doubles() {
        selfe_start::debug_println!(\"this is its output\");
        assert_eq!(super::double(2), 4);
    }

    #[selfe_test::test]
    fn other() {}
}
";

/// A test with the standard library, which runs on this computer.
const HOST: &str = "#[test]\nfn on_this_computer() {\n    assert!(std::process::id() > 0);\n}\n";

struct Project {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

impl Project {
    fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("a user's ").tempdir().unwrap();
        let path = from_template(&dir.path().canonicalize().unwrap());
        configure(&path);
        Project { _dir: dir, path }
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path.join(name), content).unwrap();
    }

    /// Cargo as a user runs it who has installed `selfe`.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.args(arguments).current_dir(&self.path);
        command.env("CARGO_TARGET_DIR", target_dir().join("on-target"));
        for variable in ["SEL4_CONFIG_PATH", "SEL4_PLATFORM", "RUSTC_WRAPPER"] {
            command.env_remove(variable);
        }
        command.env("PATH", with_selfe());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run(&mut self.cargo(arguments))
    }
}

#[test]
fn tests_on_the_target_and_on_the_host_in_one_cargo_test() {
    if !has_sources("on_target::tests_on_the_target_and_on_the_host_in_one_cargo_test") {
        return;
    }
    let project = Project::new();
    let manifest = fs::read_to_string(project.path.join("Cargo.toml")).unwrap();
    let harness = manifest.replace("test = false\nbench = false\n", "harness = false\n");
    assert_ne!(harness, manifest);
    project.write("Cargo.toml", &harness);
    project.write("src/main.rs", MAIN);
    project.write("tests/host.rs", HOST);
    let all = project.run(&["test"]).success();
    for line in [
        "test tests::doubles ... ok",
        "test tests::other   ... ok",
        "test the_kernel_gives_untyped_memory ... ok",
        "test on_this_computer ... ok",
    ] {
        assert!(all.out.contains(line), "no `{line}` in {}\n{}", all.out, all.err);
    }
    assert!(!all.out.contains("this is its output"), "{}", all.out);
    // As an editor's button runs one.
    let one = project
        .run(&[
            "test",
            "--bin",
            "root-task",
            "--",
            "tests::doubles",
            "--exact",
            "--nocapture",
        ])
        .success();
    assert!(
        one.out.contains("this is its output") && one.out.contains("1 passed; 0 failed"),
        "{}",
        one.out
    );
    assert!(one.out.contains("1 filtered out"), "{}", one.out);
    let none = project.run(&["test", "--test", "on_target", "--", "nothing"]).success();
    assert!(none.err.contains("no test has a name with `nothing`"), "{}", none.err);
    let list = project.run(&["test", "--bin", "root-task", "--", "--list"]).success();
    assert!(
        list.out.contains("tests::doubles: test\ntests::other: test\n"),
        "{}",
        list.out
    );
    for arguments in [
        &["check", "--all-targets"][..],
        &["clippy", "--all-targets", "--", "-D", "warnings"],
    ] {
        let checked = project.run(arguments).success();
        assert!(!checked.err.contains("warning:"), "{arguments:?}: {}", checked.err);
    }
    // Words after `--` are the program's.
    let ran = project.run(&["run", "--", "one", "--two", "three words"]).success();
    for line in [
        "argument \"one\"",
        "argument \"--two\"",
        "argument \"three words\"",
        "the double of 21 is 42",
    ] {
        assert!(ran.out.contains(line), "no `{line}` in {}\n{}", ran.out, ran.err);
    }
}

#[test]
fn a_missing_selfe_is_told_before_the_kernel_is_built() {
    let project = Project::new();
    let cache = project.path.join("cache");
    let mut command = project.cargo(&["run"]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let without = std::env::split_paths(&path).filter(|folder| !folder.join("selfe").exists());
    command.env("PATH", std::env::join_paths(without).unwrap());
    // Another cache makes cargo run the build script that would build the kernel.
    let ran = run(command.env("SELFE_CACHE_DIR", &cache));
    assert_ne!(ran.code, Some(0));
    for words in [
        "the command `selfe` is not installed",
        ".cargo/config.toml",
        "cargo install selfe-config",
    ] {
        assert!(ran.err.contains(words), "no `{words}` in {}", ran.err);
    }
    assert!(!cache.exists(), "something was fetched or built");
}

#[test]
fn what_can_t_run_says_why() {
    if !has_sources("on_target::what_can_t_run_says_why") {
        return;
    }
    let project = Project::new();
    let test = |body: &str| {
        let head = "#![no_std]\n#![no_main]\nuse selfe_start as _;\nselfe_test::main!();\n";
        project.write("tests/on_target.rs", &format!("{head}{body}"));
        project.run(&["test", "--test", "on_target"])
    };
    let empty = test("").success();
    assert!(empty.err.contains("note: the program has no tests"), "{}", empty.err);
    assert!(empty.out.contains("running 0 tests"), "{}", empty.out);
    // Two of one name: a macro can make them.
    let twice = test(
        "macro_rules! twice { () => { const _: () = { #[selfe_test::test] fn one() {} }; } }\ntwice!();\ntwice!();\n",
    );
    assert_ne!(twice.code, Some(0));
    assert!(twice.err.contains("two tests are named `one`"), "{}", twice.err);
    let argument = test("#[selfe_test::test]\nfn one(_: u8) {}\n");
    assert!(argument.err.contains("a test takes no arguments"), "{}", argument.err);
    let failing = test("#[selfe_test::test]\nfn one() -> Result<(), u8> { Err(7) }\n");
    assert_eq!(failing.code, Some(101), "{}", failing.err);
    assert!(failing.out.contains("---- one ----\nError: 7"), "{}", failing.out);
    let unknown = project.run(&["test", "--test", "on_target", "--", "--timeout"]);
    assert!(
        unknown.err.contains("unexpected argument '--timeout'"),
        "{}",
        unknown.err
    );
}
