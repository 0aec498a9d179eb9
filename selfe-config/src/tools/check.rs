//! Which tools a platform's builds need, and which of them are installed.

use super::compiler::{self, Compiler};
use super::libclang;
use super::system::System;
use super::table::{Needed, TOOLS, lookup};
use crate::arch::{Arch, SeL4Arch};
use crate::platform::{ImageKind, PlatformArch, PlatformData};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The result of looking for a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The tool.
    pub program: String,
    /// What it is for.
    pub purpose: String,
    /// Where it is and its version; none if it is missing.
    pub found: Option<InstalledTool>,
}

/// A tool that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledTool {
    /// Its file.
    pub path: PathBuf,
    /// Its version, as it reports it.
    pub version: String,
}

/// The programs that builds for a platform need, and QEMU if it simulates the platform.
pub fn needed(platform: &PlatformData, sel4_arch: Option<SeL4Arch>) -> Vec<String> {
    let arches = || {
        platform
            .sel4_arch
            .iter()
            .filter(|(arch, _)| sel4_arch.is_none_or(|one| **arch == one))
    };
    let device_tree = arches().any(|(arch, _)| arch.arch() != Arch::X86);
    let general = TOOLS.iter().filter(|tool| match tool.needed {
        Needed::Always => true,
        Needed::DeviceTree => device_tree,
        Needed::Elfloader => platform.image == ImageKind::Elfloader,
        Needed::ByName => false,
    });
    let mut programs: Vec<String> = general.map(|tool| tool.program.to_owned()).collect();
    programs.extend(arches().flat_map(|(sel4_arch, arch)| compiler(*sel4_arch, arch)));
    programs.extend(arches().filter_map(|(_, arch)| Some(arch.simulate.as_ref()?.qemu.clone())));
    let mut seen = std::collections::BTreeSet::new();
    programs.retain(|program| seen.insert(program.clone()));
    programs
}

/// The compiler that a build would use, by its program, with the linker that it needs; if there is
/// none, the usual one.
fn compiler(sel4_arch: SeL4Arch, arch: &PlatformArch) -> Vec<String> {
    let usual = arch.cross_compiler_prefix.as_deref();
    match compiler::choose(sel4_arch, None, None, usual, &[]) {
        Ok(Compiler {
            prefix, clang: None, ..
        }) => vec![format!("{}gcc", prefix.unwrap_or_default())],
        Ok(Compiler { clang: Some(clang), .. }) if clang.linker_flags.is_empty() => vec!["clang".to_owned()],
        Ok(_) => vec!["clang".to_owned(), "ld.lld".to_owned()],
        Err(missing) => vec![missing.program],
    }
}

/// Looks for one tool.
pub fn look_for(program: &str) -> Finding {
    let path = match program {
        "libclang" => libclang::find(),
        "python3-venv" => super::find("python3")
            .ok()
            .filter(|python| can_import(python, "venv, ensurepip")),
        _ => super::find(program).ok(),
    };
    let version = |path: &Path| match program {
        "libclang" => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        "python3-venv" => "with ensurepip".to_owned(),
        _ => ask_version(path),
    };
    Finding {
        program: program.to_owned(),
        purpose: lookup(program).map_or("", |tool| tool.purpose).to_owned(),
        found: path.map(|path| InstalledTool {
            version: version(&path),
            path,
        }),
    }
}

/// The packages with the missing tools, each once.
pub fn packages(findings: &[Finding], system: System) -> Vec<&str> {
    let mut packages = Vec::new();
    for finding in findings.iter().filter(|finding| finding.found.is_none()) {
        let package = system.package_of(&finding.program);
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

fn can_import(python: &Path, modules: &str) -> bool {
    let mut command = Command::new(python);
    // In isolation, as environments are made: the user's settings for Python don't count.
    command
        .args(["-I", "-c", &format!("import {modules}")])
        .stdin(Stdio::null());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first word with a digit and a dot in the output of `--version`.
fn ask_version(path: &Path) -> String {
    let output = Command::new(path).arg("--version").stdin(Stdio::null()).output();
    let said = output
        .map(|output| [output.stdout, output.stderr].concat())
        .unwrap_or_default();
    version_in(&String::from_utf8_lossy(&said))
}

fn version_in(said: &str) -> String {
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // gcc prints its distribution's version in brackets before its own.
    let outside = line
        .rsplit_once(')')
        .map_or(line, |(before, after)| if has_version(after) { after } else { before });
    let word = outside.split([' ', ',', '(', ')']).find(|word| has_version(word));
    let word = word.or_else(|| {
        said.split_whitespace()
            .find(|word| word.contains(|c: char| c.is_ascii_digit()))
    });
    word.unwrap_or("version unknown").trim_end_matches(',').to_owned()
}

fn has_version(text: &str) -> bool {
    text.contains('.') && text.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::lookup;

    #[test]
    fn only_what_the_platform_needs() {
        let pc99 = needed(lookup("pc99").unwrap(), Some(SeL4Arch::X86_64));
        assert!(pc99.contains(&"qemu-system-x86_64".to_owned()));
        assert!(!pc99.contains(&"dtc".to_owned()) && !pc99.contains(&"qemu-system-i386".to_owned()));
        let sabre = needed(lookup("sabre").unwrap(), None);
        for program in ["dtc", "cpio", "qemu-system-arm"] {
            assert!(sabre.contains(&program.to_owned()), "{program}");
        }
        // Which one depends on this machine.
        let compiles = |program: &&String| program.starts_with("arm-") || *program == "clang";
        assert_eq!(sabre.iter().filter(compiles).count(), 1, "{sabre:?}");
        assert!(!sabre.contains(&"gcc".to_owned()));
    }

    #[test]
    fn every_platform_s_tools_are_in_the_table() {
        for platform in crate::platform::all() {
            let mut programs = needed(platform, None);
            // This computer may have another compiler than the usual one, which is the one to
            // install.
            programs.retain(|program| !program.ends_with("-gcc"));
            let prefixes = platform
                .sel4_arch
                .values()
                .filter_map(|arch| arch.cross_compiler_prefix.as_ref());
            programs.extend(prefixes.map(|prefix| format!("{prefix}gcc")));
            for program in programs {
                assert!(super::lookup(&program).is_some(), "{program}");
            }
        }
    }

    #[test]
    fn finds_the_version_in_what_tools_say() {
        for (said, version) in [
            ("git version 2.39.5\n", "2.39.5"),
            ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright", "12.2.0"),
            ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\n", "7.2.22"),
            ("1.11.1\n", "1.11.1"),
            ("xmllint: using libxml version 20914\n", "20914"),
            ("Version: DTC 1.6.1\n", "1.6.1"),
            ("", "version unknown"),
        ] {
            assert_eq!(version_in(said), version);
        }
    }
}
