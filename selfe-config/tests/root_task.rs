//! Which file `selfe build` packs: the one that `make_root_task` made, wherever cargo's target
//! folder is, and never silently an old one.

mod support;

use selfe_tests::{Run, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SEL4_TOML: &str = "[sel4]\nkernel = { path = 'KERNEL' }\n\
    [build.fixture.debug]\nmake_root_task = 'MAKE'\nroot_task_image = 'IMAGE'\n\
    [platform.fixture]\nimage = 'multiboot'\noptions.KernelPlatform = 'fixture'\n\
    sel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n";

const CARGO_TOML: &str = "[package]\nname = 'hello'\nversion = '0.1.0'\nedition = '2024'\n";

const PROFILES: &str = "[profile.dev]\npanic = 'abort'\n[profile.release]\npanic = 'abort'\n";

const BUILD_RS: &str = r#"fn main() {
    for argument in ["-nostartfiles", "-nostdlib", "-static", "-no-pie"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}"#;

/// A folder with the fixture kernel, its cache, and a package `hello`.
struct Project {
    dir: tempfile::TempDir,
    package: PathBuf,
}

impl Project {
    /// The folder of the package.
    fn new(package: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        support::copy(&support::fixture(), &dir.path().join("kernel"));
        let package = dir.path().join(package);
        fs::create_dir_all(package.join("src")).unwrap();
        fs::write(package.join("build.rs"), BUILD_RS).unwrap();
        Project { dir, package }
    }

    fn make(&self, make: &str, image: &str) {
        let kernel = self.dir.path().join("kernel").display().to_string();
        let text = SEL4_TOML
            .replace("KERNEL", &kernel)
            .replace("MAKE", make)
            .replace("IMAGE", image);
        fs::write(self.package.join("sel4.toml"), text).unwrap();
    }

    fn write(&self, generation: &str) {
        let text = format!(
            "#![no_std]\n#![no_main]\n#[used]\nstatic MARK: &str = \"<{generation}>\";\n\
             #[panic_handler]\nfn panicked(_: &core::panic::PanicInfo) -> ! {{ loop {{}} }}\n\
             #[unsafe(no_mangle)]\nextern \"C\" fn _start() -> ! {{ loop {{}} }}\n"
        );
        fs::write(self.package.join("src/main.rs"), text).unwrap();
    }

    fn selfe(&self, variables: &[(&str, &Path)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selfe"));
        command.arg("build").current_dir(&self.package);
        for name in [
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "CARGO_BUILD_TARGET_DIR",
            "SEL4_CONFIG_PATH",
            "SEL4_PLATFORM",
        ] {
            command.env_remove(name);
        }
        // Cargo's variables for this test are not the user's.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env("SELFE_CACHE_DIR", self.dir.path().join("cache"));
        command.envs(variables.iter().copied());
        run(&mut command)
    }

    /// Whether the packed program is of that generation.
    fn packs(&self, generation: &str, variables: &[(&str, &Path)]) {
        let run = self.selfe(variables).success();
        let packed = fs::read(run.out.lines().nth(2).unwrap()).unwrap();
        let mark = format!("<{generation}>");
        let is_there = packed.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
        assert!(is_there, "not {generation}: {}", run.err);
        assert!(!run.err.contains("left the root task"), "{}", run.err);
    }

    fn cargo_config(&self, text: &str) {
        fs::create_dir_all(self.package.join(".cargo")).unwrap();
        fs::write(self.package.join(".cargo/config.toml"), text).unwrap();
    }
}

#[test]
fn cargo_s_target_folder_is_where_cargo_says() {
    let project = Project::new("package");
    fs::write(project.package.join("Cargo.toml"), format!("{CARGO_TOML}{PROFILES}")).unwrap();
    project.make("cargo build", "target/debug/hello");
    project.write("first");
    project.packs("first", &[]);
    let elsewhere = project.dir.path().join("elsewhere");
    project.write("second");
    project.packs("second", &[("CARGO_TARGET_DIR", &elsewhere)]);
    // A program that is up to date is packed too, without a message.
    project.packs("second", &[("CARGO_TARGET_DIR", &elsewhere)]);
    project.write("third");
    project.packs("third", &[("CARGO_TARGET_DIR", Path::new("relative"))]);
    project.cargo_config("[build]\ntarget-dir = 'configured'\nbuild-dir = 'between'\n");
    project.write("fourth");
    project.packs("fourth", &[]);
    let host = "x86_64-unknown-linux-gnu";
    project.cargo_config(&format!("[build]\ntarget-dir = 'configured'\ntarget = '{host}'\n"));
    project.write("fifth");
    project.packs("fifth", &[]);
    project.packs("fifth", &[]);
    project.make("cargo build", &format!("target/{host}/debug/hello"));
    project.packs("fifth", &[]);
}

#[test]
fn a_workspace_s_target_folder_lies_above() {
    let project = Project::new("workspace/member");
    fs::write(project.package.join("Cargo.toml"), CARGO_TOML).unwrap();
    let workspace = project.package.join("../Cargo.toml");
    fs::write(
        workspace,
        format!("[workspace]\nmembers = ['member']\nresolver = '3'\n{PROFILES}"),
    )
    .unwrap();
    let elsewhere = project.dir.path().join("elsewhere");
    for (generation, image) in [("first", "target/debug/hello"), ("second", "../target/debug/hello")] {
        project.make("cargo build", image);
        project.write(generation);
        project.packs(generation, &[]);
        project.packs(generation, &[("CARGO_TARGET_DIR", &elsewhere)]);
    }
}

#[test]
fn a_command_that_makes_another_file() {
    let project = Project::new("package");
    fs::write(project.package.join("Cargo.toml"), format!("{CARGO_TOML}{PROFILES}")).unwrap();
    project.make("cargo build", "target/debug/hello");
    project.write("first");
    project.packs("first", &[]);
    project.write("second");
    for (make, words) in [
        ("true", "src/main.rs\n"),
        ("cargo build --release", "the command made "),
    ] {
        project.make(make, "target/debug/hello");
        let run = project.selfe(&[]);
        assert_eq!(run.code, Some(5), "{make}: {}", run.err);
        assert!(
            run.err.contains("succeeded and did not make the root task"),
            "{}",
            run.err
        );
        assert!(run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn a_command_without_cargo() {
    let project = Project::new("package");
    fs::write(project.package.join("Cargo.toml"), format!("{CARGO_TOML}{PROFILES}")).unwrap();
    project.make("cargo build", "target/debug/hello");
    project.write("first");
    project.packs("first", &[]);
    fs::rename(project.package.join("target/debug/hello"), project.package.join("made")).unwrap();
    fs::remove_dir_all(project.package.join("target")).unwrap();
    fs::remove_file(project.package.join("Cargo.toml")).unwrap();
    for image in ["root.elf", "target/root.elf"] {
        project.make(&format!("mkdir -p target; cp made {image}"), image);
        project.packs("first", &[]);
    }
    // It may be up to date; nothing here can tell.
    project.make("true", "root.elf");
    let run = project.selfe(&[]).success();
    assert!(run.err.contains("left the root task"), "{}", run.err);
    project.make("true", "src");
    let run = project.selfe(&[]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("it is a folder"), "{}", run.err);
}
