//! What the build's tools see of the environment, and what of that may change what they make.
//!
//! The rest, such as cargo's `CFLAGS`, is kept from them: it would change the results behind the key's back.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Where the tools find their own files. These say where something is done, not what, so the key leaves them out.
const PLACES: &[&str] = &["HOME", "TMPDIR"];

/// How the compilers of Nix are told their flags, and which of their wrappers' doings are wanted.
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

/// The variables that the tools see, beside those that [`super::cmake::Tools`] sets.
pub fn kept() -> Vec<(OsString, OsString)> {
    let places = std::env::vars_os().filter(|(name, _)| PLACES.iter().any(|place| name == place));
    places.chain(keyed()).collect()
}

/// Those of them that may change what is built, by name.
pub fn keyed() -> Vec<(OsString, OsString)> {
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

/// The folders of libraries that are there and that neither cargo nor rustup has put in: they do so for build scripts and for
/// what they run, and not for a command that the user starts, and the same kernel serves all. None where none is left.
fn without_cargo_s(folders: &OsStr) -> Option<OsString> {
    let kept = std::env::split_paths(folders).filter(|folder| folder.is_dir() && !is_cargo_s(folder));
    std::env::join_paths(kept).ok().filter(|folders| !folders.is_empty())
}

fn is_cargo_s(folder: &Path) -> bool {
    // A target folder, and a toolchain of Rust.
    let marks = [".fingerprint", ".rustc_info.json", "lib/rustlib"];
    folder
        .ancestors()
        .any(|folder| marks.iter().any(|mark| folder.join(mark).exists()) && folder != Path::new("/"))
        && !is_system_s(folder)
}

/// A Rust that the system has installed shares its folder of libraries with everything else.
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
        folder("rust/lib/rustlib");
        let missing = dir.path().join("missing");
        let all = std::env::join_paths([&deps, &own, &rust, &missing]).unwrap();
        assert_eq!(without_cargo_s(&all), Some(own.into_os_string()));
        assert_eq!(without_cargo_s(deps.as_os_str()), None);
    }
}
