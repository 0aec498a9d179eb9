//! How to build for a Rust target here: with which cargo and rustc, which arguments, and which
//! linker.
//!
//! The ordinary way is `rustup target add`. Otherwise a compiler with the library's source builds
//! `core` and `alloc` itself: a nightly toolchain with rust-src, or a distribution's.

use crate::run::{root, target_dir};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Builds the parts of the library that a program without an operating system uses.
const BUILD_STD: &[&str] = &[
    "-Zbuild-std=core,alloc,compiler_builtins",
    "-Zbuild-std-features=compiler-builtins-mem",
];

/// The oldest compiler that the workspace can be built with.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// A cargo that can build for one Rust target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    target: String,
    /// Cargo and rustc, if they are not the ones that run this.
    other: Option<Tools>,
    builds_std: bool,
    /// The linker, if it is not the target's own.
    linker: Option<PathBuf>,
}

/// A compiler, and the cargo beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tools {
    cargo: PathBuf,
    rustc: PathBuf,
}

impl Toolchain {
    /// The first way of building for `target` that works here.
    ///
    /// # Errors
    /// There is none: what to do.
    pub fn find(target: &str) -> Result<Self, String> {
        let active = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        if has_library(&active, target) {
            return Ok(Toolchain::new(target, None, false, &active));
        }
        if brings_source(&active, target) {
            return Ok(Toolchain::new(target, None, true, &active));
        }
        let other = others().find(|tools| is_new_enough(&tools.rustc) && brings_source(&tools.rustc, target));
        match other {
            Some(tools) => {
                let rustc = tools.rustc.clone();
                Ok(Toolchain::new(target, Some(tools), true, &rustc))
            }
            None => Err(format!(
                "no Rust compiler here builds for {target}: `rustup target add {target}`"
            )),
        }
    }

    fn new(target: &str, other: Option<Tools>, builds_std: bool, rustc: &Path) -> Self {
        let chosen = std::env::var_os(linker_variable(target)).is_some();
        Toolchain {
            target: target.to_owned(),
            other,
            builds_std,
            linker: if chosen { None } else { linker(target, rustc) },
        }
    }

    /// The folder of cargo's build output: one for each compiler, so that they don't overwrite each
    /// other's output.
    pub fn target_dir(&self) -> PathBuf {
        match self.other {
            None => target_dir(),
            Some(_) => target_dir().join("cross"),
        }
    }

    /// `cargo build` for the target, in the workspace's root.
    pub fn build(&self) -> Command {
        let own = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let cargo = self.other.as_ref().map_or(own, |tools| tools.cargo.clone().into());
        let mut command = Command::new(cargo);
        command.current_dir(root()).args(["build", "--target", &self.target]);
        command.arg("--target-dir").arg(self.target_dir());
        if let Some(tools) = &self.other {
            // rustup's cargo sets variables for its own rustc.
            command.env_remove("RUSTUP_TOOLCHAIN").env("RUSTC", &tools.rustc);
        }
        if self.builds_std {
            command.args(BUILD_STD).env("RUSTC_BOOTSTRAP", "1");
        }
        if let Some(linker) = &self.linker {
            command.env(linker_variable(&self.target), linker);
        }
        command
    }

    /// How it builds, in a word or two.
    pub fn describe(&self) -> &'static str {
        match (&self.other, self.builds_std) {
            (None, false) => "rustup target",
            (None, true) => "build-std",
            (Some(_), _) => "build-std, another rustc",
        }
    }
}

/// Whether this compiler has the target's library ready.
fn has_library(rustc: &Path, target: &str) -> bool {
    said(rustc, &["--print", "target-libdir", "--target", target]).is_some_and(|dir| Path::new(&dir).is_dir())
}

/// Whether this compiler knows the target and has the library's source.
fn brings_source(rustc: &Path, target: &str) -> bool {
    let knows = said(rustc, &["--print", "target-list"]).is_some_and(|list| list.lines().any(|name| name == target));
    let source = |sysroot: String| Path::new(&sysroot).join("lib/rustlib/src/rust/library/core/Cargo.toml");
    knows && said(rustc, &["--print", "sysroot"]).is_some_and(|sysroot| source(sysroot).is_file())
}

fn is_new_enough(rustc: &Path) -> bool {
    // rustc 1.89.0 (29483883e 2025-08-04)
    let version = said(rustc, &["--version"]);
    version.is_some_and(|line| {
        line.split(' ')
            .nth(1)
            .is_some_and(|version| release(version) >= release(OLDEST))
    })
}

/// The first two numbers of a version.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Compilers besides the active one: rustup's nightly, then each on PATH that is a program of its
/// own.
fn others() -> impl Iterator<Item = Tools> {
    let nightly = said(Path::new("rustup"), &["which", "--toolchain", "nightly", "rustc"]).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).map(|dir| dir.join("rustc")).collect();
    // rustup's rustc stands for the active toolchain, which was asked already.
    let on_path = on_path
        .into_iter()
        .filter(|rustc| !rustc.with_file_name("rustup").exists());
    nightly.into_iter().chain(on_path).filter_map(|rustc| {
        let cargo = rustc.with_file_name("cargo");
        (rustc.is_file() && cargo.is_file()).then_some(Tools { cargo, rustc })
    })
}

/// The linker to name to cargo; none if the target's own is available.
fn linker(target: &str, rustc: &Path) -> Option<PathBuf> {
    if let Some(compiler) = cross_compiler(target) {
        return find_program(compiler);
    }
    let bare_metal = !target.contains("-linux-");
    (bare_metal && !has_rust_lld(rustc))
        .then(|| find_program("ld.lld"))
        .flatten()
}

/// The C compiler that links for a Linux target other than the host's; bare-metal targets are
/// linked with `rust-lld`.
fn cross_compiler(target: &str) -> Option<&'static str> {
    Some(match target {
        "aarch64-unknown-linux-gnu" => "aarch64-linux-gnu-gcc",
        "armv7-unknown-linux-gnueabihf" => "arm-linux-gnueabihf-gcc",
        "i686-unknown-linux-gnu" => "i686-linux-gnu-gcc",
        _ => return None,
    })
}

/// rustup's toolchains include the linker of the bare-metal targets; a distribution's may not.
fn has_rust_lld(rustc: &Path) -> bool {
    said(rustc, &["--print", "sysroot"]).is_some_and(|sysroot| {
        let hosts = Path::new(&sysroot).join("lib/rustlib").read_dir();
        hosts.is_ok_and(|hosts| hosts.flatten().any(|host| host.path().join("bin/rust-lld").is_file()))
    })
}

/// A program on PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|program| program.is_file())
}

/// Cargo's variable for a target's linker.
fn linker_variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace(['-', '.'], "_"))
}

/// A program's output, if it succeeds.
fn said(program: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    // Asking must not install a toolchain.
    command
        .env("RUSTUP_AUTO_INSTALL", "0")
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Adds the targets that nothing here can build for, if rustup is available; the boots of a target
/// report what is still missing.
pub fn add_targets<'a>(targets: impl IntoIterator<Item = &'a str>) {
    let targets: BTreeSet<&str> = targets.into_iter().collect();
    let missing: Vec<&str> = targets
        .into_iter()
        .filter(|target| Toolchain::find(target).is_err())
        .collect();
    if missing.is_empty() || find_program("rustup").is_none() {
        return;
    }
    let status = Command::new("rustup").args(["target", "add"]).args(&missing).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("rustup could not add every target: boots that need one of them are skipped");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(release("1.100.0") > release("1.89"));
        assert!(release("1.63.0") < release(OLDEST));
        assert!(release("2.0.0-nightly") > release("1.96.1"));
    }

    #[test]
    fn the_running_compiler_builds_for_its_host() {
        let host = said(Path::new("rustc"), &["-vV"]).unwrap();
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let toolchain = Toolchain::find(host).unwrap();
        assert_eq!((&toolchain.other, toolchain.builds_std), (&None, false));
        assert_eq!(toolchain.target_dir(), target_dir());
    }

    #[test]
    fn an_unknown_target_says_what_to_do() {
        let error = Toolchain::find("m68k-unknown-nothing").unwrap_err();
        assert!(error.ends_with("`rustup target add m68k-unknown-nothing`"), "{error}");
    }

    #[test]
    fn cargo_s_variable_has_no_dashes_and_dots() {
        assert_eq!(
            linker_variable("thumbv8m.main-none-eabi"),
            "CARGO_TARGET_THUMBV8M_MAIN_NONE_EABI_LINKER"
        );
    }
}
