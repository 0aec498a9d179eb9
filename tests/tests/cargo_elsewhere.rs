//! Cargo's commands in a user's projects, outside of the repository and below a folder with a space
//! in its name.
//!
//! They share a target folder, so that the host's crates are compiled once; therefore one test runs
//! at a time.

use selfe_tests::project::{cargo_there, configure, from_template, with_selfe};
use selfe_tests::{Run, cargo, has_sources, run, selfe, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Place {
    dir: tempfile::TempDir,
    _guard: MutexGuard<'static, ()>,
}

impl Place {
    /// A folder for projects; without the kernel the test is skipped.
    fn new(test: &str) -> Option<Self> {
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        forget_projects();
        has_sources(test).then(|| Place {
            dir: tempfile::Builder::new().prefix("a user's ").tempdir().unwrap(),
            _guard: guard,
        })
    }

    fn path(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// A workspace without a sel4.toml and with the named members: copies of the template without a
    /// cargo configuration.
    fn workspace(&self, members: &[&str]) -> PathBuf {
        let root = self.path().join("workspace");
        for member in members {
            let copy = from_template(&self.path());
            for file in [".cargo/config.toml", "Cargo.lock", "sel4.lock"] {
                fs::remove_file(copy.join(file)).unwrap();
            }
            let manifest = fs::read_to_string(copy.join("Cargo.toml")).unwrap();
            let (manifest, _) = manifest.split_once("# A root task has no unwinder.").unwrap();
            fs::write(
                copy.join("Cargo.toml"),
                manifest.replace("my-root-task", member).replace("root-task", member),
            )
            .unwrap();
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

/// Makes cargo compile what differs between projects. If two workspaces share a target folder,
/// cargo treats members of the same name as one, and each would find the output of the other's
/// build script.
fn forget_projects() {
    const OURS: [&str; 4] = ["selfe-", "my-root-task-", "one-", "two-"];
    for folder in ["debug", "release"].map(|profile| target().join(profile)) {
        for of_packages in [".fingerprint", "build"].map(|name| folder.join(name)) {
            for package in fs::read_dir(of_packages).into_iter().flatten().flatten() {
                let name = package.file_name().to_string_lossy().into_owned();
                if OURS.iter().any(|ours| name.starts_with(ours)) {
                    fs::remove_dir_all(package.path()).unwrap();
                }
            }
        }
    }
}

fn target() -> PathBuf {
    target_dir().join("second-project")
}

fn cargo_in(project: &Path, arguments: &[&str]) -> Run {
    run(cargo_there(project, &target()).args(arguments))
}

/// The packages that cargo compiled in a run.
fn compiled(run: &Run) -> Vec<&str> {
    let lines = run.err.lines().map(str::trim_start);
    lines
        .filter(|line| line.starts_with("Compiling ") || line.starts_with("Checking "))
        .collect()
}

#[test]
fn an_untouched_template_is_green() {
    let Some(place) = Place::new("an_untouched_template_is_green") else {
        return;
    };
    let project = from_template(&place.path());
    // Outside of the copy, which stays unchanged; clippy does not pass `--config` on.
    configure(&place.path());
    for command in [
        &["check", "--all-targets"][..],
        &["clippy", "--all-targets", "--", "-D", "warnings"],
        &["test"],
        &["bench"],
    ] {
        for profile in [&[][..], &["--release"]] {
            if command[0] == "bench" && !profile.is_empty() {
                continue;
            }
            let mut words = command.to_vec();
            words.splice(1..1, profile.iter().copied());
            let mut cargo = cargo();
            cargo
                .env("PATH", with_selfe())
                .args(&words)
                .current_dir(&project)
                .env("CARGO_TARGET_DIR", target());
            for variable in ["SEL4_CONFIG_PATH", "SEL4_PLATFORM"] {
                cargo.env_remove(variable);
            }
            let ran = run(&mut cargo).success();
            assert!(!ran.err.contains("warning:"), "{words:?}: {}", ran.err);
        }
    }
}

#[test]
fn cargo_and_selfe_by_turns_compile_once() {
    let Some(place) = Place::new("cargo_and_selfe_by_turns_compile_once") else {
        return;
    };
    let project = from_template(&place.path());
    configure(&project);
    let sel4_toml = fs::read_to_string(project.join("sel4.toml")).unwrap();
    let built = target().join("debug/root-task").display().to_string();
    fs::write(
        project.join("sel4.toml"),
        sel4_toml.replace("target/debug/root-task", &built),
    )
    .unwrap();
    // With the variables in cargo's `[env]`, as in the template, and without.
    for keeps_env in [true, false] {
        if !keeps_env {
            let file = project.join(".cargo/config.toml");
            let text = fs::read_to_string(&file).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("SEL4_"));
            fs::write(file, lines.collect::<Vec<_>>().join("\n")).unwrap();
        }
        let cargo_build = || {
            let mut command = cargo();
            for variable in ["SEL4_CONFIG_PATH", "SEL4_PLATFORM", "SELFE_ALREADY_TOLD"] {
                command.env_remove(variable);
            }
            run(command
                .arg("build")
                .current_dir(&project)
                .env("CARGO_TARGET_DIR", target()))
            .success()
        };
        let selfe_build = || {
            let mut command = selfe();
            command.args(["build", "--verbose"]).current_dir(&project);
            for variable in ["SEL4_CONFIG_PATH", "SEL4_PLATFORM"] {
                command.env_remove(variable);
            }
            run(command.env("CARGO_TARGET_DIR", target())).success()
        };
        assert!(
            compiled(&cargo_build())
                .iter()
                .any(|line| line.contains("my-root-task"))
        );
        for _ in 0..2 {
            assert_eq!(compiled(&selfe_build()), Vec::<&str>::new(), "[env]: {keeps_env}");
            assert_eq!(compiled(&cargo_build()), Vec::<&str>::new(), "[env]: {keeps_env}");
        }
    }
}

#[test]
fn a_member_s_sel4_toml_is_found_from_anywhere() {
    let Some(place) = Place::new("a_member_s_sel4_toml_is_found_from_anywhere") else {
        return;
    };
    let workspace = place.workspace(&["one", "two"]);
    let says = |member: &str| {
        format!(
            "building as {} says",
            workspace.join(member).join("sel4.toml").display()
        )
    };
    fs::remove_file(workspace.join("two/sel4.toml")).unwrap();
    let ran = cargo_in(&workspace, &["build", "-p", "one"]).success();
    assert_eq!(ran.err.matches(&says("one")).count(), 1, "{}", ran.err);
    assert!(workspace.join("one/sel4.lock").is_file());
    let manifest = workspace.join("two/Cargo.toml").display().to_string();
    let elsewhere = cargo_in(Path::new("/"), &["build", "--manifest-path", &manifest]).success();
    assert!(elsewhere.err.contains(&says("one")), "{}", elsewhere.err);
    let again = cargo_in(&workspace, &["build"]).success();
    assert_eq!(compiled(&again), Vec::<&str>::new());

    // There are two: cargo's arguments decide, every time.
    fs::copy(workspace.join("one/sel4.toml"), workspace.join("two/sel4.toml")).unwrap();
    let ran = cargo_in(&workspace, &["build", "-p", "two"]);
    // selfe-sys was built before the second one existed.
    assert!(
        ran.code == Some(101) && ran.err.contains("run the same command again"),
        "{}",
        ran.err
    );
    let ran = cargo_in(&workspace, &["build", "-p", "two"]).success();
    assert!(ran.err.contains(&says("two")), "{}", ran.err);
    let ran = cargo_in(&workspace.join("one"), &["build"]).success();
    assert!(ran.err.contains(&says("one")), "{}", ran.err);
    let both = cargo_in(&workspace, &["build"]);
    assert!(
        both.code == Some(101) && both.err.contains("the workspace has several sel4.toml"),
        "{}",
        both.err
    );
    let path = workspace.join("two/sel4.toml");
    let named = run(cargo_there(&workspace, &target())
        .arg("build")
        .env("SEL4_CONFIG_PATH", path));
    named.success();
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
    assert!(
        ran.err.contains("using the embedded default configuration"),
        "{}",
        ran.err
    );
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

#[test]
fn projects_that_share_a_target_folder_have_their_own_kernels() {
    let Some(place) = Place::new("projects_that_share_a_target_folder_have_their_own_kernels") else {
        return;
    };
    let [first, second] = ["first", "second"].map(|name| {
        let root = place.path().join(name);
        fs::rename(place.workspace(&[&format!("{name}-task")]), &root).unwrap();
        root
    });
    // One has it beside the crate, the other at the workspace's root.
    let file = second.join("sel4.toml");
    fs::rename(second.join("second-task/sel4.toml"), &file).unwrap();
    // The crate's build script, the first that can know, makes cargo build selfe-sys again.
    let turns = |project: &Path, refused: &str, served: &str| {
        let ran = cargo_in(project, &["check"]);
        assert_eq!(ran.code, Some(101), "{}", ran.err);
        for words in [refused, "run the same command again"] {
            assert!(ran.err.contains(words), "{words}: {}", ran.err);
        }
        let ran = cargo_in(project, &["check"]).success();
        assert!(ran.err.contains(served), "{served}: {}", ran.err);
    };
    let own = first.join("first-task/sel4.toml");
    // The last build here may have been for another project, too.
    cargo_in(&first, &["check"]);
    cargo_in(&first, &["check"]).success();
    turns(
        &second,
        &format!("{} configures this crate", file.display()),
        &format!("building as {} says", file.display()),
    );
    turns(
        &first,
        &format!("{} configures this crate", own.display()),
        &format!("building as {} says", own.display()),
    );
    assert_eq!(compiled(&cargo_in(&first, &["check"]).success()), Vec::<&str>::new());
    fs::remove_file(&file).unwrap();
    turns(
        &second,
        "this crate's workspace has no sel4.toml",
        "using the embedded default configuration",
    );
    turns(
        &first,
        &format!("{} configures this crate", own.display()),
        &format!("building as {} says", own.display()),
    );
}

#[test]
fn registers_that_the_kernel_does_not_save_are_refused() {
    let Some(place) = Place::new("registers_that_the_kernel_does_not_save_are_refused") else {
        return;
    };
    let project = from_template(&place.path());
    let check = |flags: &str| {
        let mut command = cargo_there(&project, &target());
        command.args(["check", "--target", "x86_64-unknown-linux-gnu"]);
        run(command.env("RUSTFLAGS", flags))
    };
    check("").success();
    let ran = check("-C target-feature=+avx2");
    assert_eq!(ran.code, Some(101), "{}", ran.err);
    for words in ["compiled for `avx`", "KernelXSaveFeatureSet = 7", "[sel4.config]"] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    check("-C target-cpu=x86-64-v2").success();
}

/// As in the README: the default members are those that a target can have.
#[test]
fn the_workspace_s_root_builds_for_a_target() {
    let Some(_place) = Place::new("the_workspace_s_root_builds_for_a_target") else {
        return;
    };
    let build = |command: &mut Command| {
        run(command
            .args(["build", "--target", "x86_64-unknown-linux-gnu"])
            .env("SEL4_PLATFORM", "pc99"))
        .success()
    };
    build(&mut cargo());
    let program = target_dir().join("x86_64-unknown-linux-gnu/debug/example_application");
    assert!(program.is_file());
}
