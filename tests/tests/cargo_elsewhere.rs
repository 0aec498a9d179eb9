//! Cargo's commands in projects of a user's own, outside of the repository and below a folder with a space in its name.
//!
//! They share a target folder, so that the crates of the host are compiled once; so one test runs at a time.

use selfe_tests::project::{cargo_there, from_template};
use selfe_tests::{Run, has_sources, run, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Place {
    dir: tempfile::TempDir,
    _guard: MutexGuard<'static, ()>,
}

impl Place {
    /// A folder for projects; the test is skipped where the kernel can't be had.
    fn new(test: &str) -> Option<Self> {
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        has_sources(test).then(|| Place {
            dir: tempfile::Builder::new().prefix("a user's ").tempdir().unwrap(),
            _guard: guard,
        })
    }

    fn path(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// A workspace without a sel4.toml and with the members that are named: copies of the template without a configuration of cargo.
    fn workspace(&self, members: &[&str]) -> PathBuf {
        let root = self.path().join("workspace");
        for member in members {
            let copy = from_template(&self.path());
            for file in [".cargo/config.toml", "Cargo.lock", "sel4.lock"] {
                fs::remove_file(copy.join(file)).unwrap();
            }
            let manifest = fs::read_to_string(copy.join("Cargo.toml")).unwrap();
            let (manifest, _) = manifest.split_once("# A root task has no unwinder.").unwrap();
            fs::write(copy.join("Cargo.toml"), manifest.replace("my-root-task", member)).unwrap();
            fs::create_dir_all(&root).unwrap();
            fs::rename(&copy, root.join(member)).unwrap();
        }
        let profiles = "[profile.dev]\npanic = 'abort'\n[profile.release]\npanic = 'abort'\n";
        fs::write(
            root.join("Cargo.toml"),
            format!("[workspace]\nresolver = '3'\nmembers = {members:?}\n{profiles}"),
        )
        .unwrap();
        fs::copy(selfe_tests::root().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        root
    }
}

fn target() -> PathBuf {
    target_dir().join("second-project")
}

fn cargo_in(project: &Path, arguments: &[&str]) -> Run {
    run(cargo_there(project, &target()).args(arguments))
}

/// The packages that a run of cargo compiled.
fn compiled(run: &Run) -> Vec<&str> {
    let lines = run.err.lines().map(str::trim_start);
    lines
        .filter(|line| line.starts_with("Compiling ") || line.starts_with("Checking "))
        .collect()
}

#[test]
fn a_sel4_toml_that_is_added_is_seen() {
    let Some(place) = Place::new("a_sel4_toml_that_is_added_is_seen") else {
        return;
    };
    let workspace = place.workspace(&["one"]);
    let member = workspace.join("one");
    let file = member.join("sel4.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let ran = cargo_in(&member, &["build"]).success();
    assert!(ran.err.contains("the embedded default serves"), "{}", ran.err);
    assert_eq!(compiled(&cargo_in(&member, &["build"]).success()), Vec::<&str>::new());
    fs::write(&file, text).unwrap();
    let ran = cargo_in(&member, &["build"]);
    assert_eq!(ran.code, Some(101), "{}", ran.err);
    assert!(
        ran.err.contains("selfe-sys was built as the embedded default says")
            && ran.err.contains("run the same command again"),
        "{}",
        ran.err
    );
    let ran = cargo_in(&member, &["build"]).success();
    assert!(ran.err.contains(&file.display().to_string()), "{}", ran.err);
}
