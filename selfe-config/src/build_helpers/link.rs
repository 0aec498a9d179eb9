//! How a root task is linked.
//!
//! It is linked in the same way for every architecture: at the addresses in the program's file,
//! statically, and without the C library's start-up code. The arguments depend on the linker: a C
//! compiler for the targets named after Linux, or a linker itself for bare-metal targets. rustc
//! includes `rust-lld` for these; for a Linux target of another architecture cargo has to be told
//! the linker, which is the cross compiler or `ld.lld`.

use super::error::BuildScriptError;
use super::programs;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which programs of the crate whose build script calls this are linked as root tasks: its bins and
/// examples, and its tests that bring their own harness.
///
/// Without an operating system every program is one. For a target named after Linux cargo can't
/// tell the two kinds of tests apart, and compiles both with an unwinder. Its `rustc-wrapper`,
/// which `selfe init` writes, adds [`FLAGS`] to the right ones.
pub fn arguments() -> Result<Vec<String>, BuildScriptError> {
    let os = std::env::var("CARGO_CFG_TARGET_OS").map_err(|_| BuildScriptError::NotCargo("CARGO_CFG_TARGET_OS"))?;
    // Cargo sets it if its configuration or the user's environment names a linker.
    let linker = std::env::var_os("RUSTC_LINKER");
    let arguments = for_linker(&os, linker.as_ref().map(Path::new));
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let has_examples = package.is_some_and(|package| programs::has_examples(&package));
    Ok(lines(&os, arguments, has_examples))
}

/// The variable in which the `rustc-wrapper` finds the flags for a test that is a root task.
const FLAGS: &str = "SELFE_TEST_FLAGS";

fn lines(os: &str, arguments: &[&str], has_examples: bool) -> Vec<String> {
    let each = |directive: &str| {
        let line = |argument: &&str| format!("cargo::{directive}={argument}");
        arguments.iter().map(line).collect::<Vec<_>>()
    };
    if os == "none" {
        return each("rustc-link-arg");
    }
    let mut lines = each("rustc-link-arg-bins");
    if has_examples {
        lines.extend(each("rustc-link-arg-examples"));
    }
    let flags = arguments.iter().map(|argument| format!(" -C link-arg={argument}"));
    lines.push(format!(
        "cargo::rustc-env={FLAGS}=-C panic=abort{}",
        flags.collect::<String>()
    ));
    lines
}

/// Makes cargo run the build script again if the environment or cargo's configuration names another
/// linker.
pub fn reruns() -> Vec<String> {
    let target = std::env::var("TARGET").ok();
    let variable = target.map(|target| target.to_uppercase().replace(['-', '.'], "_"));
    let line = variable.map(|variable| format!("cargo::rerun-if-env-changed=CARGO_TARGET_{variable}_LINKER"));
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let home = path("CARGO_HOME").or_else(|| Some(path("HOME")?.join(".cargo")));
    let files = path("CARGO_MANIFEST_DIR").map(|folder| configurations(&folder, home.as_deref()));
    let files = files.into_iter().flatten();
    line.into_iter()
        .chain(files.map(|file| format!("cargo::rerun-if-changed={}", file.display())))
        .collect()
}

/// The files of cargo's configuration that apply to a crate. A missing one would make cargo run the
/// build script every time.
pub fn configurations(folder: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    let places = folder.ancestors().map(|folder| folder.join(".cargo"));
    let places: BTreeSet<PathBuf> = places.chain(home.map(Path::to_owned)).collect();
    let files = places
        .iter()
        .flat_map(|place| ["config", "config.toml"].map(|name| place.join(name)));
    files.filter(|file| file.is_file()).collect()
}

/// The root task is loaded at the addresses in its file, and there is no dynamic linker. (rustc's
/// own `--gc-sections` drops unused code; the program headers, which describe thread-local storage,
/// are loaded with it unless a linker script says otherwise.)
fn for_linker(os: &str, linker: Option<&Path>) -> &'static [&'static str] {
    if is_c_compiler(os, linker) {
        // Leave out the C library and its start-up code.
        &["-no-pie", "-nostartfiles", "-nostdlib", "-static"]
    } else {
        // Among the bare-metal targets x86_64 makes position-independent programs, as do all
        // targets named after Linux.
        &["--no-pie", "-static"]
    }
}

/// Whether a C compiler links: rustc also decides by the linker's name, and uses the target's own
/// if none is named.
fn is_c_compiler(os: &str, linker: Option<&Path>) -> bool {
    let Some(name) = linker.and_then(Path::file_stem) else {
        return os == "linux";
    };
    let name = name.to_string_lossy();
    // The part before the first dot: `ld` of `ld.lld-14`, `aarch64-linux-gnu-ld`, `rust-lld`.
    !matches!(name.rsplit('-').next(), Some("ld" | "lld" | "mold"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_configuration_is_watched() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let mut expected: Vec<PathBuf> = ["w/.cargo/config.toml", "w/a/.cargo/config", "home/config.toml"]
            .map(|file| root.join(file))
            .into();
        for file in &expected {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        expected.sort();
        let mut found = configurations(&root.join("w/a"), Some(&root.join("home")));
        found.retain(|file| file.starts_with(root));
        assert_eq!(found, expected);
    }

    #[test]
    fn each_root_task_gets_the_arguments_and_no_other_program_does() {
        let arguments = ["-static", "-no-pie"];
        assert_eq!(
            lines("none", &arguments, true),
            ["cargo::rustc-link-arg=-static", "cargo::rustc-link-arg=-no-pie"]
        );
        let flags = "cargo::rustc-env=SELFE_TEST_FLAGS=-C panic=abort -C link-arg=-static -C link-arg=-no-pie";
        let bins = [
            "cargo::rustc-link-arg-bins=-static",
            "cargo::rustc-link-arg-bins=-no-pie",
        ];
        // Cargo rejects an argument for examples in a package without them.
        assert_eq!(lines("linux", &arguments, false), [&bins[..], &[flags]].concat());
        let examples = [
            "cargo::rustc-link-arg-examples=-static",
            "cargo::rustc-link-arg-examples=-no-pie",
        ];
        assert_eq!(
            lines("linux", &arguments, true),
            [&bins[..], &examples, &[flags]].concat()
        );
    }

    #[test]
    fn only_a_c_compiler_gets_its_options() {
        assert!(for_linker("linux", None).contains(&"-nostartfiles"));
        assert_eq!(for_linker("none", None), ["--no-pie", "-static"]);
    }

    #[test]
    fn the_linker_s_name_tells_what_it_is() {
        for name in [
            "ld.lld",
            "/usr/bin/ld.lld-14",
            "rust-lld",
            "aarch64-linux-gnu-ld",
            "ld.bfd",
        ] {
            assert!(!is_c_compiler("linux", Some(Path::new(name))), "{name}");
        }
        for name in [
            "arm-linux-gnueabihf-gcc",
            "/usr/bin/x86_64-linux-gnu-gcc-12",
            "clang",
            "cc",
        ] {
            assert!(is_c_compiler("none", Some(Path::new(name))), "{name}");
        }
    }
}
