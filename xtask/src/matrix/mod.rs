//! `tests/matrix.toml`: named cases, each a kernel and how its root tasks are built.

mod releases;
mod scratch;

pub use scratch::Scratch;

use crate::run::{Failure, root};
use releases::Releases;
use serde::Deserialize;

/// The file with the cases.
const FILE: &str = "tests/matrix.toml";

/// The file's form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    case: Vec<Case>,
    releases: Releases,
}

/// A kernel, and how its root tasks are built.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name on the command line.
    pub name: String,
    /// selfe's name of the platform.
    pub platform: String,
    /// The exact architecture.
    pub sel4_arch: String,
    /// Debug or release, for both the kernel and the Rust programs.
    #[serde(default)]
    pub profile: Profile,
    /// What to check out of the kernel's repository, as `tag` or `branch`; none for the kernel of
    /// the workspace's sel4.toml.
    #[serde(default)]
    pub kernel: Option<toml::Table>,
    /// Options of the kernel in addition to those of the workspace's sel4.toml.
    #[serde(default)]
    pub options: toml::Table,
    /// Features of selfe-sys for the Rust programs.
    #[serde(default)]
    pub features: Vec<String>,
    /// The target that cargo builds for.
    pub rust_target: String,
    /// Whether QEMU has no such machine, so that the image is made but not booted.
    #[serde(default)]
    pub build_only: bool,
    /// Whether the tests of selfe-test itself run, too.
    #[serde(default)]
    pub tests: bool,
    /// Whether gdb debugs the example.
    #[serde(default)]
    pub gdb: bool,
}

/// A profile, as selfe and cargo call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Not optimized.
    #[default]
    Debug,
    /// Optimized.
    Release,
}

impl Case {
    /// Cargo's arguments for the features, if a package that it builds depends on selfe-sys.
    pub fn feature_arguments(&self) -> impl Iterator<Item = String> {
        let of = |feature: &String| ["--features".to_owned(), format!("selfe-sys/{feature}")];
        self.features.iter().flat_map(of)
    }
}

impl Profile {
    /// Its name, which is also the name of cargo's folder for it.
    pub fn word(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

/// The cases of the workspace's own kernel, in the file's order.
///
/// # Errors
/// The file can't be read, is not of its form, or has two cases of one name.
pub fn cases() -> Result<Vec<Case>, Failure> {
    Ok(read()?.case)
}

/// The cases of every release.
///
/// # Errors
/// As for [`cases`].
pub fn release_cases() -> Result<Vec<Case>, Failure> {
    let matrix = read()?;
    Ok(matrix.releases.cases(&matrix.case))
}

/// The cases of releases that belong to every test run.
///
/// # Errors
/// As for [`cases`].
pub fn tested_release_cases() -> Result<Vec<Case>, Failure> {
    let matrix = read()?;
    let all = matrix.releases.cases(&matrix.case);
    Ok(matrix.releases.tested(all))
}

/// The cases of releases whose bindings belong to every test run.
///
/// # Errors
/// As for [`cases`].
pub fn bound_release_cases() -> Result<Vec<Case>, Failure> {
    let matrix = read()?;
    let all = matrix.releases.cases(&matrix.case);
    Ok(matrix.releases.bound(all))
}

fn read() -> Result<Matrix, Failure> {
    let wrong = |why: String| Failure::usage(format!("{FILE}: {why}"));
    let text = std::fs::read_to_string(root().join(FILE)).map_err(|error| wrong(error.to_string()))?;
    parse(&text).map_err(wrong)
}

fn parse(text: &str) -> Result<Matrix, String> {
    let matrix: Matrix = toml::from_str(text).map_err(|error| error.to_string())?;
    for (index, case) in matrix.case.iter().enumerate() {
        if matrix.case[..index].iter().any(|other| other.name == case.name) {
            return Err(format!("two cases are named `{}`", case.name));
        }
    }
    matrix.releases.check(&matrix.case)?;
    Ok(matrix)
}

/// The cases of those names, in the order of the names.
///
/// # Errors
/// A name is not in the file.
pub fn named(names: &[&str]) -> Result<Vec<Case>, Failure> {
    let mut all = cases()?;
    all.extend(release_cases()?);
    let find = |name: &&str| {
        let found = all.iter().find(|case| case.name == *name);
        found.cloned().ok_or_else(|| {
            Failure::usage(format!(
                "{FILE} has no case `{name}`: `cargo xtask boot --list` shows the names"
            ))
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_reads_and_covers_every_sel4_arch() {
        let cases = cases().unwrap();
        let covered: BTreeSet<&str> = cases.iter().map(|case| case.sel4_arch.as_str()).collect();
        let all = ["aarch32", "aarch64", "arm_hyp", "ia32", "riscv32", "riscv64", "x86_64"];
        assert_eq!(covered, BTreeSet::from(all));
    }

    #[test]
    fn a_name_stands_for_one_case() {
        const CASE: &str = "[[case]]\nname = \"a\"\nplatform = \"p\"\nsel4_arch = \"x\"\nrust_target = \"t\"\n";
        const RELEASES: &str = "[releases]\nbranches = []\nprofiles = []\ncases = []\n";
        let one = parse(&format!("{CASE}{RELEASES}")).unwrap();
        assert_eq!(one.case[0].profile, Profile::Debug);
        let two = parse(&format!("{CASE}{CASE}{RELEASES}"));
        assert_eq!(two.unwrap_err(), "two cases are named `a`");
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let error = parse("[[case]]\nname = \"a\"\nplattform = \"p\"\n").unwrap_err();
        assert!(error.contains("plattform"), "{error}");
    }
}
