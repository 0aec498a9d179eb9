//! What `selfe doctor` looks for beside the tools: Rust targets and debuggers. Without them there
//! is another way, so a missing one is a note and no failure.

use selfe_config::model::SeL4Arch;
use selfe_config::platform::{PlatformArch, PlatformData};
use selfe_config::tools::{self, install_line};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Something that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Optional {
    /// It is there: what, and which or where.
    Found(String, String),
    /// It is not: what, and what to do.
    Missing(String, String),
}

/// Looks for the Rust targets of a platform, and a debugger.
pub fn look(platform: &PlatformData, sel4_arch: Option<SeL4Arch>) -> Vec<Optional> {
    let is_meant = |(name, _): &(&SeL4Arch, &PlatformArch)| sel4_arch.is_none_or(|one| one == **name);
    let mut all: Vec<Optional> = Vec::new();
    for (name, arch) in platform.sel4_arch.iter().filter(is_meant) {
        let debugger = arch.simulate.as_ref().map(|_| debugger(*name));
        for one in target(&arch.rust_targets).into_iter().chain(debugger) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

/// The first of some Rust targets whose library is installed, or else how to install the usual one.
fn target(targets: &[String]) -> Option<Optional> {
    let usual = targets.first()?;
    let Some(found) = targets.iter().find(|target| has_library(target)) else {
        let install = match tools::find("rustup") {
            Ok(_) => format!("`rustup target add {usual}`"),
            Err(_) => "rustup, and its `rustup target add`".to_owned(),
        };
        let advice = format!(
            "install with {install}; or build the library from source: `cargo xbuild --target {usual}` of a project of `selfe new`"
        );
        return Some(Optional::Missing(format!("Rust target {usual}"), advice));
    };
    Some(Optional::Found(
        format!("Rust target {found}"),
        "with its library".to_owned(),
    ))
}

/// Whether rustc has the library for a target.
fn has_library(target: &str) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .stdin(Stdio::null())
        .output();
    let folder = output.ok().filter(|output| output.status.success());
    folder.is_some_and(|output| holds_core(&PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())))
}

fn holds_core(folder: &Path) -> bool {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.file_name())
        .any(|name| name.to_string_lossy().starts_with("libcore-"))
}

/// The debugger of `selfe debug`.
fn debugger(sel4_arch: SeL4Arch) -> Optional {
    match tools::find_one_of(sel4_arch.gdbs()) {
        Ok(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Optional::Found(name, path.display().to_string())
        }
        Err(missing) => {
            let advice = format!(
                "`selfe debug` needs it; install with: {}",
                install_line(&missing.program)
            );
            Optional::Missing(missing.program, advice)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_no_rustc_knows_is_missing() {
        let targets = ["no-such-target".to_owned()];
        let Some(Optional::Missing(what, advice)) = target(&targets) else {
            panic!("it was found");
        };
        assert_eq!(what, "Rust target no-such-target");
        assert!(
            advice.contains("rustup") && advice.contains("cargo xbuild --target no-such-target"),
            "{advice}"
        );
        assert_eq!(target(&[]), None);
    }

    #[test]
    fn a_library_is_there_with_its_core() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!holds_core(dir.path()) && !holds_core(&dir.path().join("none")));
        std::fs::write(dir.path().join("libcore-0a1b.rlib"), "").unwrap();
        assert!(holds_core(dir.path()));
    }
}
