//! The messages if a program or a package that the kernel's build needs is missing.

mod support;

use std::os::unix::fs::symlink;
use std::path::Path;
use support::{copy, fixture};

/// The child's side: it builds with a `PATH` that the test chooses.
#[test]
fn child() {
    support::be_child();
}

/// The output of a build of `kernel` that finds only these programs.
fn message(dir: &Path, kernel: &str, programs: &[&str]) -> String {
    let bin = dir.join("bin");
    std::fs::create_dir(&bin).unwrap();
    for program in programs {
        let found = which::which(program).unwrap_or_else(|_| panic!("this test needs {program}"));
        symlink(found, bin.join(program)).unwrap();
    }
    let mut command = support::child(&dir.join("cache"), kernel, "");
    let output = command.env("PATH", &bin).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    said.replace(&dir.display().to_string(), "[DIR]")
}

#[test]
fn each_missing_program_is_named_with_what_installs_it() {
    let kernel = format!("{{ path = '{}' }}", fixture().display());
    let all = ["gcc", "cmake", "ninja", "xmllint"];
    for missing in all {
        let dir = tempfile::tempdir().unwrap();
        let others: Vec<&str> = all.into_iter().filter(|program| *program != missing).collect();
        let said = message(dir.path(), &kernel, &others);
        let expected = format!("can't build the kernel: the program `{missing}` was not found; install it with: ");
        assert!(said.starts_with(&expected), "{said}");
    }
    let dir = tempfile::tempdir().unwrap();
    let git = "{ git = 'https://localhost/seL4', tag = '16.0.0' }";
    let said = message(dir.path(), git, &all);
    assert!(
        said.starts_with("can't fetch sources: the program `git` was not found; install it with: "),
        "{said}"
    );
}

#[test]
fn python_packages_that_can_t_be_had() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = dir.path().join("kernel");
    copy(&fixture(), &kernel);
    std::fs::create_dir_all(kernel.join("tools/python-deps")).unwrap();
    let runs = |arguments: &[&str]| std::process::Command::new("python3").args(arguments).output();
    let succeeds = |arguments: &[&str]| runs(arguments).is_ok_and(|output| output.status.success());
    if succeeds(&["-c", "import jinja2, yaml, lxml, ply"]) || !succeeds(&["-c", "import ensurepip"]) {
        return selfe_tests::skip(
            "missing_tools::python",
            "the system's Python has the packages, or no python3-venv",
        );
    }
    let nowhere = [("PIP_INDEX_URL", "http://127.0.0.1:9/simple"), ("PIP_RETRIES", "0")];
    let kernel = format!("{{ path = '{}' }}", kernel.display());
    let output = support::child(&dir.path().join("cache"), &kernel, "")
        .envs(nowhere)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let said = said.replace(&dir.path().display().to_string(), "[DIR]");
    let first = said.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("installing the kernel's Python packages failed: "),
        "{said}"
    );
    assert!(
        said.contains("PIP_INDEX_URL") && said.contains("the whole log is [DIR]/cache/python/"),
        "{said}"
    );
}
