//! Which environment variables the build's tools see, and which of those may change the result.
//!
//! All others, such as cargo's `CFLAGS`, are removed: they would change the result without changing
//! the key.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Where the tools find their own files. These say where work is done, not what is made, so they
/// are not part of the key.
const PLACES: &[&str] = &["HOME", "TMPDIR"];

/// How Nix passes flags to its compiler wrappers and switches their features.
const OF_NIX: &[&str] = &[
    "NIX_BINTOOLS",
    "NIX_CC",
    "NIX_CFLAGS",
    "NIX_DONT_SET_RPATH",
    "NIX_DYNAMIC_LINKER",
    "NIX_ENFORCE",
    "NIX_HARDENING",
    "NIX_IGNORE_LD",
    "NIX_LDFLAGS",
    "NIX_LD_",
    "NIX_SET_BUILD_ID",
];

/// Where the tools' own libraries are, on systems whose loader has to be told.
const LIBRARIES: &str = "LD_LIBRARY_PATH";

/// The variables that the tools see, in addition to those that [`super::runner::Runner`] sets.
pub(crate) fn kept() -> Vec<(OsString, OsString)> {
    let places = std::env::vars_os().filter(|(name, _)| PLACES.iter().any(|place| name == place));
    places.chain(keyed()).collect()
}

/// The variables among them that may change the result, by name.
pub(crate) fn keyed() -> Vec<(OsString, OsString)> {
    let is_of_nix = |name: &OsStr| {
        let name = name.to_str().unwrap_or_default();
        OF_NIX.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut all: Vec<_> = std::env::vars_os().filter(|(name, _)| is_of_nix(name)).collect();
    let libraries = std::env::var_os(LIBRARIES).and_then(|folders| without_cargo_s(&folders));
    all.extend(libraries.map(|folders| (LIBRARIES.into(), folders)));
    all.sort();
    all
}

/// The library folders that neither cargo nor rustup added: they add theirs for build scripts and
/// the processes below, but not for a command that the user starts, and both share one kernel. None
/// if no folder is left.
fn without_cargo_s(folders: &OsStr) -> Option<OsString> {
    let kept = std::env::split_paths(folders).filter(|folder| folder.is_dir() && !is_cargo_s(folder));
    std::env::join_paths(kept).ok().filter(|folders| !folders.is_empty())
}

fn is_cargo_s(folder: &Path) -> bool {
    let is_of_target = folder.ancestors().any(|above| {
        let marks = [".fingerprint", ".rustc_info.json"];
        above != Path::new("/") && marks.iter().any(|mark| above.join(mark).exists())
    });
    // A folder inside a toolchain, or the toolchain's own; not a folder that only contains one:
    // /usr/lib may contain a toolchain.
    let is_of_rust = folder.join("rustlib").exists() || folder.iter().any(|part| part == "rustlib");
    (is_of_target || is_of_rust) && !is_system_s(folder)
}

/// A Rust installed by the system shares its library folder with everything else.
fn is_system_s(folder: &Path) -> bool {
    folder.join("libc.so.6").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_folders_of_libraries_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = dir.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            folder
        };
        let (own, deps, rust) = (folder("own"), folder("target/debug/deps"), folder("rust/lib"));
        folder("target/debug/.fingerprint");
        let of_target = folder("rust/lib/rustlib/x86_64/lib");
        let beside = folder("rust/lib/compiler");
        let missing = dir.path().join("missing");
        let all = std::env::join_paths([&deps, &own, &rust, &missing]).unwrap();
        assert_eq!(without_cargo_s(&all), Some(own.into_os_string()));
        assert_eq!(without_cargo_s(deps.as_os_str()), None);
        assert_eq!(without_cargo_s(of_target.as_os_str()), None);
        assert_eq!(
            without_cargo_s(beside.as_os_str()),
            Some(beside.clone().into_os_string())
        );
    }
}
