//! The kernel's sources as a crate: `sel4-src` is filled, packaged and unpacked, and a project
//! builds its kernel from it without git.

use selfe_config::cache::Cache;
use selfe_config::release;
use selfe_tests::project::{cargo_there, from_template};
use selfe_tests::{Run, cargo, has_sources, root, run, selfe, skip, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The size limit of the crate; a registry accepts ten megabytes.
const MOST_BYTES: u64 = 2_000_000;

/// A project that enables the feature, built with a `sel4-src` in that folder.
fn build(folder: &Path, sel4_src: &Path, around: &dyn Fn(&mut Command)) -> Run {
    let project = from_template(folder);
    let manifest = project.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let vendored = r#"selfe-sys = { version = "0.2", features = ["vendored"] }"#;
    let changed = text.replace(r#"selfe-sys = "0.2""#, vendored);
    assert_ne!(changed, text);
    fs::write(&manifest, changed).unwrap();
    // Shares its folder with the other project of these tests, to compile less.
    let mut command = cargo_there(&project, &target_dir().join("second-project"));
    let path = sel4_src.display().to_string();
    command.arg("--config").arg(format!("paths=[{path:?}]")).arg("build");
    around(&mut command);
    run(&mut command)
}

#[test]
fn an_unfilled_crate_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let unfilled = dir.path().join("sel4-src");
    for file in ["Cargo.toml", "README.md", "src/lib.rs"] {
        let to = unfilled.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join("sel4-src").join(file), to).unwrap();
    }
    let built = build(dir.path(), &unfilled, &|_| {});
    assert_ne!(built.code, Some(0));
    for words in [
        "sel4-src holds no kernel",
        "is not filled",
        "run `cargo xtask sel4-src ",
    ] {
        assert!(built.err.contains(words), "no `{words}` in\n{}", built.err);
    }
}

/// The crate as a registry would provide it: filled, packaged, unpacked. None if the elfloader's
/// sources can't be reached.
fn packaged(name: &str, dir: &Path) -> Option<PathBuf> {
    const UNREACHABLE: i32 = 4;
    let filled = dir.join("filled");
    let tag = &release::newest().name;
    let mut fill = cargo();
    fill.args(["run", "--quiet", "-p", "xtask", "--", "sel4-src", tag, "--into"]);
    let fill = run(fill.arg(&filled));
    if fill.code == Some(UNREACHABLE) {
        skip(name, &fill.err);
        return None;
    }
    fill.success();
    let mut package = cargo();
    package.current_dir(&filled).env("CARGO_TARGET_DIR", dir.join("target"));
    run(package.args(["package", "--quiet", "--offline"])).success();
    let package = format!("sel4-src-{tag}");
    let file = dir.join("target/package").join(format!("{package}.crate"));
    let bytes = fs::metadata(&file).unwrap().len();
    assert!(bytes < MOST_BYTES, "{bytes} bytes");
    run(Command::new("tar").arg("xzf").arg(&file).arg("-C").arg(dir)).success();
    Some(dir.join(package))
}

/// Every file in a folder, with its content.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            let content = fs::read(&path).unwrap();
            all.push((path, content));
        }
    }
    all.sort();
    all
}

/// An environment without git, and with an empty cache except for Python's packages, which are
/// tools.
struct WithoutGit {
    dir: PathBuf,
}

impl WithoutGit {
    fn new(dir: &Path) -> Self {
        let dir = dir.join("without-git");
        for folder in ["bin", "cache"] {
            fs::create_dir_all(dir.join(folder)).unwrap();
        }
        let git = dir.join("bin/git");
        let script = format!("#!/bin/sh\necho \"$@\" >> {}\nexit 127\n", dir.join("called").display());
        fs::write(&git, script).unwrap();
        run(Command::new("chmod").arg("+x").arg(&git)).success();
        let python = Cache::open().unwrap().root().join("python");
        if python.exists() {
            std::os::unix::fs::symlink(python, dir.join("cache/python")).unwrap();
        }
        WithoutGit { dir }
    }

    fn enter(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = [self.dir.join("bin")].into_iter().chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(all).unwrap());
        command.env("SELFE_CACHE_DIR", self.dir.join("cache"));
    }

    fn was_called(&self) -> bool {
        self.dir.join("called").exists()
    }
}

#[test]
fn a_project_boots_the_packaged_kernel_without_git() {
    const NAME: &str = "vendored::a_project_boots_the_packaged_kernel_without_git";
    if !has_sources(NAME) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(sel4_src) = packaged(NAME, dir.path()) else {
        return;
    };
    let before = contents(&sel4_src);
    let without_git = WithoutGit::new(dir.path());
    build(dir.path(), &sel4_src, &|command| without_git.enter(command)).success();
    let mut boot = selfe();
    boot.args(["run", "--timeout", "120"]);
    boot.arg(target_dir().join("second-project/debug/root-task"));
    without_git.enter(&mut boot);
    let booted = run(&mut boot).success();
    assert!(
        booted.out.contains("Hello from a root task of my own!"),
        "{}\n{}",
        booted.out,
        booted.err
    );
    image_with_an_elfloader(dir.path(), &sel4_src, &without_git);
    assert!(!without_git.was_called());
    assert!(contents(&sel4_src) == before, "a build wrote into the crate");
}

/// Another architecture, whose image needs what the crate contains besides the kernel.
fn image_with_an_elfloader(dir: &Path, sel4_src: &Path, without_git: &WithoutGit) {
    const COMPILER: &str = "aarch64-linux-gnu-gcc";
    if find_program(COMPILER).is_none() {
        return skip("vendored::image_with_an_elfloader", &format!("no {COMPILER}"));
    }
    let project = dir.join("aarch64");
    fs::create_dir_all(&project).unwrap();
    let source = |folder: &str| format!("{{ path = {:?} }}", sel4_src.join("sources").join(folder));
    let config = format!(
        "[sel4]\nkernel = {}\ntools = {}\nutil_libs = {}\n[sel4.config]\nKernelVerificationBuild = false\n\
         [build.virt.debug]\nroot_task_image = 'root-task'\n\
         make_root_task = '{COMPILER} -nostdlib -static -o root-task root-task.s'\n",
        source("seL4"),
        source("seL4_tools"),
        source("util_libs")
    );
    fs::write(project.join("sel4.toml"), config).unwrap();
    fs::write(project.join("root-task.s"), ".globl _start\n_start: b _start\n").unwrap();
    let mut build = selfe();
    build.current_dir(&project);
    build.args(["build", "-p", "virt", "--sel4_arch", "aarch64", "--debug"]);
    without_git.enter(&mut build);
    let built = run(&mut build).success();
    let image = built.out.lines().nth(1).map(Path::new).unwrap();
    assert!(image.is_file(), "{}", built.out);
}

fn find_program(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}
