//! The C compiler for an architecture: the first gcc that is installed, or else clang, which
//! compiles for every architecture.

use super::{MissingTool, find, find_in};
use crate::arch::SeL4Arch;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Which kind of compiler the user asked for: `[build.PLATFORM] compiler`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompilerKind {
    /// `PREFIXgcc`.
    Gcc,
    /// `clang`.
    Clang,
}

/// A C compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiler {
    /// Its file.
    pub path: PathBuf,
    /// The part of its name before `gcc`; none for the host's own gcc, and for clang.
    pub(crate) prefix: Option<String>,
    /// The arguments that clang needs; none for gcc.
    pub(crate) clang: Option<Clang>,
}

impl Compiler {
    /// Its program's name.
    pub fn program(&self) -> String {
        match self.clang {
            Some(_) => "clang".to_owned(),
            None => format!("{}gcc", self.prefix.as_deref().unwrap_or_default()),
        }
    }
}

/// The arguments that clang needs for an architecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clang {
    /// Its `--target`.
    pub(crate) target: &'static str,
    /// Its linker; empty for GNU ld.
    pub(crate) linker_flags: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    gcc: Vec<&'static str>,
    #[serde(default)]
    own: Vec<&'static str>,
    clang: &'static str,
    #[serde(default)]
    linker_flags: &'static str,
}

fn known(sel4_arch: SeL4Arch) -> Option<Known> {
    // It is part of the program, and a test reads it.
    let all: BTreeMap<SeL4Arch, Known> = toml::from_str(include_str!("compilers.toml")).ok()?;
    all.into_iter()
        .find(|(arch, _)| *arch == sel4_arch)
        .map(|(_, known)| known)
}

/// Finds the compiler. `asked` is the user's own prefix, which nothing replaces; `usual` is the
/// platform's, which is tried first.
///
/// # Errors
/// [`MissingTool`] names the first compiler that was tried.
pub(crate) fn choose(
    sel4_arch: SeL4Arch,
    kind: Option<CompilerKind>,
    asked: Option<&str>,
    usual: Option<&str>,
    path_first: &[PathBuf],
) -> Result<Compiler, MissingTool> {
    let gcc = |prefix: &str| {
        find_in(path_first, &format!("{prefix}gcc")).map(|path| Compiler {
            path,
            prefix: Some(prefix.to_owned()).filter(|prefix| !prefix.is_empty()),
            clang: None,
        })
    };
    let known = known(sel4_arch);
    if kind != Some(CompilerKind::Clang)
        && let Some(prefix) = asked
    {
        return gcc(prefix);
    }
    let clang = || {
        find_in(path_first, "clang").map(|path| Compiler {
            path,
            prefix: None,
            clang: known.as_ref().map(|known| Clang {
                target: known.clang,
                linker_flags: known.linker_flags,
            }),
        })
    };
    if kind == Some(CompilerKind::Clang) {
        return clang();
    }
    let is_own = known
        .as_ref()
        .is_some_and(|known| known.own.contains(&std::env::consts::ARCH));
    let others = known.iter().flat_map(|known| known.gcc.iter().copied());
    let prefixes: Vec<&str> = usual
        .into_iter()
        .chain(others.filter(|prefix| !prefix.is_empty() || is_own))
        .collect();
    let first = prefixes.first().copied().unwrap_or_default();
    let found = prefixes.iter().find_map(|prefix| gcc(prefix).ok());
    match (found, kind) {
        (Some(found), _) => Ok(found),
        // Without its linker clang can't be used.
        (None, None)
            if known
                .as_ref()
                .is_some_and(|known| known.linker_flags.is_empty() || find("ld.lld").is_ok()) =>
        {
            clang().or_else(|_| gcc(first))
        }
        (None, _) => gcc(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(programs: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for program in programs {
            let path = dir.path().join(program);
            std::fs::write(&path, "#!/bin/sh\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        dir
    }

    #[test]
    fn every_architecture_is_in_the_table() {
        for &sel4_arch in SeL4Arch::ALL {
            let known = known(sel4_arch).unwrap();
            assert!(!known.gcc.is_empty() && !known.clang.is_empty());
        }
    }

    #[test]
    fn the_platform_s_own_comes_first_and_the_user_s_alone() {
        let dir = folder(&["aarch64-elf-gcc", "board-gcc", "clang"]);
        let first = [dir.path().to_owned()];
        let choose = |kind, asked, usual| choose(SeL4Arch::Aarch64, kind, asked, usual, &first);
        let usual = choose(None, None, Some("board-")).unwrap();
        assert_eq!(usual.prefix.as_deref(), Some("board-"));
        assert!(choose(None, Some("nosuch-"), None).unwrap_err().program == "nosuch-gcc");
        let clang = choose(Some(CompilerKind::Clang), None, None).unwrap();
        assert_eq!(clang.clang.unwrap().target, "aarch64-linux-gnu");
        assert_eq!(clang.path, dir.path().join("clang"));
    }
}
