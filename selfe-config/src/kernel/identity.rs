//! The identity of the programs that decide a kernel's bytes: a part of the build's key.
//!
//! These are the compiler with the programs it calls, the binutils, and the tools that make the
//! device tree. CMake, Ninja and Python only carry out what these and the kernel's scripts say, so
//! an existing kernel is used whichever of them come first on `PATH`.

use super::runner::Runner;
use crate::tools;
use crate::tools::identity::of;
use std::path::{Path, PathBuf};

/// What gcc and clang call, by the names under which they report it.
const CALLED: &[&str] = &["cc1", "as", "ld", "collect2"];

/// The binutils that CMake, the kernel and the elfloader call.
const BINUTILS: &[&str] = &["as", "ld", "ar", "ranlib", "objcopy", "strip", "nm"];

/// The same for clang.
const OF_LLVM: &[&str] = &["ld.lld", "llvm-ar", "llvm-ranlib", "llvm-objcopy", "llvm-strip"];

/// The compiler with everything it calls, and the binutils with that prefix.
pub fn compiler(tools: &Runner<'_>, compiler: &Path, prefix: Option<&str>, is_clang: bool) -> Vec<String> {
    let ask = |argument: &str| {
        let output = tools.command(compiler).arg(argument).output();
        // A compiler that can't even do this fails soon after, with a better message.
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default()
    };
    let mut words = vec![of(compiler), ask("--version")];
    for program in CALLED {
        // A name without a folder is looked up on PATH.
        let answer = ask(&format!("-print-prog-name={program}"));
        words.push(named(tools, &answer));
    }
    let prefix = prefix.unwrap_or_default();
    words.extend(
        BINUTILS
            .iter()
            .map(|program| named(tools, &format!("{prefix}{program}"))),
    );
    if is_clang {
        words.extend(OF_LLVM.iter().map(|program| named(tools, program)));
    }
    // The kernel's CMake files run the compiler through it if it is installed.
    words.push(named(tools, "ccache"));
    words
}

/// A program on the tools' `PATH`, or by its path.
pub fn named(tools: &Runner<'_>, program: &str) -> String {
    if program.is_empty() {
        return String::new();
    }
    let path = match program.contains('/') {
        true => Some(PathBuf::from(program)),
        false => tools::find_in(&tools.path_first, program).ok(),
    };
    path.map_or_else(|| format!("no {program}"), |path| of(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn script(path: &Path, text: &str) {
        fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn tools(first: &Path) -> Runner<'static> {
        Runner {
            path_first: vec![first.to_owned()],
            log: Path::new(""),
            progress: &Silent,
        }
    }

    #[test]
    fn a_wrapper_with_other_flags_is_another_compiler() {
        let dir = tempfile::tempdir().unwrap();
        let gcc = dir.path().join("gcc");
        let identity = || compiler(&tools(dir.path()), &gcc, None, false);
        script(&gcc, "exec /bin/echo -O1");
        let first = identity();
        assert_eq!(identity(), first);
        script(&gcc, "exec /bin/echo -O3");
        assert_ne!(identity(), first);
    }

    #[test]
    fn what_the_compiler_calls_counts_and_so_do_the_binutils_on_path() {
        let dir = tempfile::tempdir().unwrap();
        let (bin, other) = (dir.path().join("bin"), dir.path().join("other"));
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(&other).unwrap();
        let gcc = bin.join("x-gcc");
        script(
            &gcc,
            &format!("[ \"$1\" = -print-prog-name=as ] && echo {}/as", other.display()),
        );
        let mut seen = vec![compiler(&tools(&bin), &gcc, Some("x-"), false)];
        script(&other.join("as"), "exec /usr/bin/as \"$@\"");
        seen.push(compiler(&tools(&bin), &gcc, Some("x-"), false));
        script(&bin.join("x-objcopy"), "exec /usr/bin/objcopy \"$@\"");
        seen.push(compiler(&tools(&bin), &gcc, Some("x-"), false));
        // The same name with another file behind it.
        fs::rename(bin.join("x-objcopy"), other.join("one")).unwrap();
        symlink(other.join("one"), bin.join("x-objcopy")).unwrap();
        seen.push(compiler(&tools(&bin), &gcc, Some("x-"), false));
        for (at, one) in seen.iter().enumerate() {
            assert!(!seen[..at].contains(one), "{at}");
        }
    }
}
