//! What a build script prints for cargo. Each test runs this program again, as a build script in an
//! environment of its own.

mod support;

use selfe_config::build_helpers::{BuildEnv, kernel_build, load_config_from_env_or_default, root_task};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Selects the build script that this program runs as.
const ROLE: &str = "SELFE_TEST_BUILD_SCRIPT";

/// Not a test itself: the build scripts that the other tests run.
#[test]
fn as_build_script() {
    match std::env::var(ROLE).as_deref() {
        Ok("config") => {
            BuildEnv::request_reruns();
            load_config_from_env_or_default().print_boolean_feature_flags();
        }
        Ok("root task") => root_task(),
        Ok("kernel") => drop(kernel_build()),
        _ => {}
    }
}

struct BuildScript {
    command: Command,
    dir: tempfile::TempDir,
}

impl BuildScript {
    /// A build script for an x86_64 program, with nothing else in its environment.
    fn new(role: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "as_build_script", "--nocapture", "--test-threads=1"]);
        command.env_clear().current_dir(dir.path());
        command
            .env(ROLE, role)
            .env("OUT_DIR", dir.path())
            .env("PROFILE", "debug");
        command
            .env("CARGO_CFG_TARGET_ARCH", "x86_64")
            .env("CARGO_CFG_TARGET_POINTER_WIDTH", "64");
        command
            .env("CARGO_CFG_TARGET_OS", "linux")
            .env("CARGO_PKG_NAME", "hello");
        BuildScript { command, dir }
    }

    fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().canonicalize().unwrap().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Whether it succeeded, and its output for cargo; the temporary folder is `[DIR]`.
    fn run(mut self) -> (bool, Vec<String>) {
        let output = self.command.output().unwrap();
        let folder = self.dir.path().canonicalize().unwrap().display().to_string();
        let text = String::from_utf8(output.stdout).unwrap().replace(&folder, "[DIR]");
        let lines = text
            .lines()
            .filter_map(|line| line.find("cargo::").map(|at| line[at..].to_owned()));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!errors.contains("panicked"), "{errors}");
        (output.status.success(), lines.collect())
    }

    fn fails_with(self, expected: &[&str]) {
        let (success, lines) = self.run();
        assert!(!success);
        let errors: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.strip_prefix("cargo::error="))
            .collect();
        assert_eq!(errors, expected);
    }
}

const SOURCES: &str = r#"
[sel4]
kernel = { path = "seL4" }
tools = { path = "tools" }
util_libs = { path = "util_libs" }
"#;

#[test]
fn the_embedded_default() {
    let (success, lines) = BuildScript::new("config").run();
    assert!(success);
    assert_eq!(
        lines,
        [
            "cargo::rerun-if-env-changed=SEL4_CONFIG_PATH",
            "cargo::rerun-if-env-changed=SEL4_PLATFORM",
            "cargo::rerun-if-env-changed=SEL4_OVERRIDE_ARCH",
            "cargo::rerun-if-env-changed=SEL4_OVERRIDE_SEL4_ARCH",
            "cargo::rustc-check-cfg=cfg(KernelDebugBuild)",
            "cargo::rustc-check-cfg=cfg(KernelPrinting)",
            "cargo::rustc-check-cfg=cfg(KernelVerificationBuild)",
            "cargo::warning=SEL4_PLATFORM is not set: building for platform `pc99`, chosen for x86_64",
            "cargo::rustc-check-cfg=cfg(KernelDebugBuild)",
            "cargo::rustc-cfg=KernelDebugBuild",
            "cargo::rustc-check-cfg=cfg(KernelPrinting)",
            "cargo::rustc-cfg=KernelPrinting",
            "cargo::rustc-check-cfg=cfg(KernelVerificationBuild)",
        ]
    );
}

#[test]
fn a_file_of_one_s_own() {
    let script = BuildScript::new("config")
        .env("PROFILE", "release")
        .env("SEL4_PLATFORM", "virt");
    let script = script
        .env("SEL4_OVERRIDE_SEL4_ARCH", "aarch64")
        .env("SEL4_OVERRIDE_ARCH", "arm");
    let text = format!(
        "{SOURCES}[sel4.config]\nA = true\nT = 'text'\n[sel4.config.debug]\nB = true\n[sel4.config.virt]\nC = true\n[build.virt]\n"
    );
    let path = script.file("sel4.toml", &text);
    let (success, lines) = script.env("SEL4_CONFIG_PATH", path).run();
    assert!(success);
    let cfgs: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("cargo::rustc-cfg="))
        .collect();
    assert_eq!(cfgs, ["A", "C"]);
    assert!(
        lines.contains(&"cargo::rustc-check-cfg=cfg(B)".to_owned()),
        "declared, although it is for debug"
    );
    assert!(lines.contains(&"cargo::rerun-if-changed=[DIR]/sel4.toml".to_owned()));
    assert!(!lines.iter().any(|line| line.contains("warning")), "{lines:?}");
}

/// The platform is the usual one, unless the file sets up only another one that can run the
/// program.
#[test]
fn the_platform_follows_from_the_target_and_the_file() {
    for (build, arch, expected) in [
        ("[build.pc99]\n[build.tx1]", "x86_64", "pc99"),
        ("[build.virt]\n[build.tx1]", "aarch64", "virt"),
        ("[build.tx1]", "aarch64", "tx1"),
        ("[build.sabre]", "arm", "sabre"),
    ] {
        let script = BuildScript::new("config").env("CARGO_CFG_TARGET_ARCH", arch);
        let path = script.file("sel4.toml", &format!("{SOURCES}{build}\n"));
        let (success, lines) = script.env("SEL4_CONFIG_PATH", path).run();
        assert!(success, "{build}: {lines:?}");
        let named = format!("building for platform `{expected}`");
        assert!(lines.iter().any(|line| line.contains(&named)), "{build}: {lines:?}");
    }
}

#[test]
fn a_configuration_that_is_not_there() {
    BuildScript::new("config").env("SEL4_CONFIG_PATH", "sel4.toml").fails_with(&[
        "can't read sel4.toml, which SEL4_CONFIG_PATH names: No such file or directory (os error 2)",
        "a relative path counts from the folder of the crate whose build.rs reads it, here [DIR]: an absolute path is safer",
    ]);
}

#[test]
fn a_configuration_that_is_wrong() {
    let script = BuildScript::new("config");
    let path = script.file("sel4.toml", "[sel4]\nkernal = {}\n");
    script.env("SEL4_CONFIG_PATH", path).fails_with(&[
        "unknown key `kernal` in [sel4]",
        " --> [DIR]/sel4.toml:2:1",
        "  |",
        "2 | kernal = {}",
        "  | ^^^^^^ unknown key",
        "  |",
        "  = help: did you mean `kernel`?",
    ]);
}

#[test]
fn words_that_are_none() {
    let known = "aarch32, aarch64, arm_hyp, ia32, x86_64, riscv32, riscv64";
    BuildScript::new("config")
        .env("SEL4_OVERRIDE_SEL4_ARCH", "x64")
        .fails_with(&[&format!(
            "SEL4_OVERRIDE_SEL4_ARCH: `x64` is not a sel4_arch; expected one of {known}"
        )]);
    BuildScript::new("config")
        .env("SEL4_OVERRIDE_ARCH", "amd")
        .fails_with(&["SEL4_OVERRIDE_ARCH: `amd` is not an arch; expected one of arm, x86, riscv"]);
    BuildScript::new("config").env("CARGO_CFG_TARGET_ARCH", "wasm32").fails_with(&[
        "CARGO_CFG_TARGET_ARCH: `wasm32` is not a Rust target architecture; expected one of aarch64, arm, x86, x86_64, riscv32, riscv64",
    ]);
    BuildScript::new("config")
        .env("SEL4_PLATFORM", "virt")
        .fails_with(&["platform `virt` does not run x86_64; it runs aarch32, aarch64, arm_hyp"]);
}

#[test]
fn not_run_by_cargo() {
    BuildScript::new("config").without("PROFILE").fails_with(&[
        "the environment variable PROFILE is not set: this is to be called from a build.rs that cargo runs",
    ]);
}

fn manifest(script: &BuildScript) -> PathBuf {
    script.file("manifest.toml", include_str!("manifest.toml"))
}

#[test]
fn a_root_task() {
    let script = BuildScript::new("root task");
    let manifest = manifest(&script);
    let script = script
        .env("DEP_SEL4_MANIFEST", manifest)
        .env("DEP_SEL4_WARNINGS", "one\u{1e}two");
    let (success, lines) = script.run();
    // The releases' numbers come from the data.
    let (releases, lines): (Vec<String>, Vec<String>) = lines
        .into_iter()
        .partition(|line| line.contains("sel4_release_at_least"));
    assert!(releases[0].starts_with("cargo::rustc-check-cfg=cfg(sel4_release_at_least, values("));
    assert!(
        releases.contains(&"cargo::rustc-cfg=sel4_release_at_least=\"16\"".to_owned()),
        "{releases:?}"
    );
    assert!(success);
    // So do the options of other releases.
    let others = |line: &String| {
        let name = line.strip_prefix("cargo::rustc-check-cfg=cfg(");
        name.is_some_and(|name| !["KernelIsMCS)", "KernelPrinting)"].contains(&name))
    };
    let (others, lines): (Vec<String>, Vec<String>) = lines.into_iter().partition(others);
    let other = "cargo::rustc-check-cfg=cfg(LibSel4UseThreadLocals)";
    assert!(others.iter().any(|line| line == other), "{others:?}");
    assert_eq!(
        lines,
        [
            "cargo::rustc-check-cfg=cfg(KernelIsMCS)",
            "cargo::rustc-check-cfg=cfg(KernelPrinting)",
            "cargo::rustc-cfg=KernelPrinting",
            "cargo::warning=one",
            "cargo::warning=two",
            "cargo::rustc-link-arg-bins=-no-pie",
            "cargo::rustc-link-arg-bins=-nostartfiles",
            "cargo::rustc-link-arg-bins=-nostdlib",
            "cargo::rustc-link-arg-bins=-static",
            "cargo::rustc-env=SELFE_TEST_FLAGS=-C panic=abort -C link-arg=-no-pie -C link-arg=-nostartfiles -C link-arg=-nostdlib -C link-arg=-static",
        ]
    );
}

#[test]
fn a_root_task_without_selfe_sys() {
    BuildScript::new("root task").fails_with(&[
        "the environment variable DEP_SEL4_MANIFEST is not set: the crate `hello` does not depend on selfe-sys",
        "add selfe-sys to the [dependencies] of its Cargo.toml: cargo passes what a crate links only to its direct dependents",
    ]);
}

#[test]
fn a_manifest_that_is_damaged() {
    let script = BuildScript::new("root task");
    let path = script.file("manifest.toml", "key = 5\n");
    assert!(Path::new(&path).exists());
    script.env("DEP_SEL4_MANIFEST", path).fails_with(&[
        "can't use [DIR]/manifest.toml, which describes the kernel's build: invalid type: integer `5`, expected a string",
        "remove the folder that holds it and build again",
    ]);
}

#[test]
fn a_target_of_another_platform() {
    let script = BuildScript::new("config").env("SEL4_PLATFORM", "pc99");
    let script = script
        .env("TARGET", "armv7a-none-eabihf")
        .env("CARGO_CFG_TARGET_ARCH", "arm")
        .env("CARGO_CFG_TARGET_POINTER_WIDTH", "32");
    script.fails_with(&[
        "the Rust target `armv7a-none-eabihf` makes programs for arm, which platform `pc99` does not run: it runs ia32, x86_64",
        "targets of `pc99` for ia32: i686-unknown-linux-gnu",
        "targets of `pc99` for x86_64: x86_64-unknown-linux-gnu, x86_64-unknown-none",
        "platforms that run `armv7a-none-eabihf`: sabre, virt, zynq7000",
        "choose the target with cargo's --target, or the platform with SEL4_PLATFORM",
    ]);
}

/// A build script writes sel4.lock too. Cargo watches the file, but must not run the script again
/// because of it.
#[test]
fn a_kernel_is_locked() {
    let project = tempfile::tempdir().unwrap();
    let place = project.path().canonicalize().unwrap();
    let repository = support::repository(&place);
    let (config, lock) = (place.join("sel4.toml"), place.join("sel4.lock"));
    let script = || {
        let script = BuildScript::new("kernel").env("SEL4_CONFIG_PATH", &config);
        let script = script
            .env("SEL4_PLATFORM", "fixture")
            .env("SELFE_CACHE_DIR", place.join("cache"));
        script
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &place)
    };
    std::fs::write(&config, support::text(&support::tag(&repository, "1.0"), "")).unwrap();
    let began = std::time::SystemTime::now();
    let (success, lines) = script().run();
    assert!(success, "{lines:?}");
    let watched = format!("cargo::rerun-if-changed={}", lock.display());
    assert!(lines.contains(&watched), "{lines:?}");
    // Nor because of the kernel's entry in the cache, which the script has just filled: cargo runs
    // a script again for newer files.
    let watched_files = lines
        .iter()
        .filter_map(|line| line.strip_prefix("cargo::rerun-if-changed="));
    let watched_files: Vec<PathBuf> = watched_files.map(PathBuf::from).collect();
    assert!(
        watched_files.iter().any(|path| path.starts_with(place.join("cache"))),
        "{lines:?}"
    );
    for file in watched_files.iter().filter(|path| path.starts_with(&place)) {
        assert!(std::fs::metadata(file).unwrap().modified().unwrap() < began, "{file:?}");
    }

    std::fs::remove_dir_all(&repository).unwrap();
    let (success, lines) = script().env("SELFE_LOCKED", "1").run();
    assert!(success && lines.contains(&watched), "{lines:?}");
    std::fs::write(&config, support::text(&support::tag(&repository, "1.1"), "")).unwrap();
    let url = format!("file://{}", repository.display());
    script().env("SELFE_LOCKED", "1").fails_with(&[
        &format!(
            "{} would have to change, and `--locked` (or SELFE_LOCKED) forbids that",
            lock.display()
        ),
        &format!("the entry `kernel` is for something else: sel4.toml asks for tag 1.1 of {url}"),
        "build once without it, or run `selfe update kernel`, and commit sel4.lock with sel4.toml",
    ]);
}
