//! The crate's manifest must name every licence that a file of the sources names: what a registry
//! shows has to be true.

use super::tree::{TREES, failed};
use crate::run::Failure;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const TAG: &str = "SPDX-License-Identifier:";

/// Compares the sources to the manifest.
///
/// # Errors
/// The manifest lacks a licence, which the error names.
pub fn check(package: &Path) -> Result<(), Failure> {
    let manifest = package.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(failed("read", &manifest))?;
    let license = text.lines().find_map(|line| line.strip_prefix("license = "));
    let named: BTreeSet<String> = words(license.unwrap_or_default()).collect();
    let mut found = BTreeSet::new();
    for tree in TREES {
        collect(&package.join("sources").join(tree.folder), &mut found)?;
    }
    let missing: Vec<&String> = found.difference(&named).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "files of the sources are under licences that `license` of {} does not name: {missing:?}\nadd them there",
        manifest.display()
    );
    Err(Failure::step(message, None))
}

/// The licences named by the files in a folder.
fn collect(folder: &Path, found: &mut BTreeSet<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(failed("read", folder))? {
        let path = entry.map_err(failed("read", folder))?.path();
        if path.is_dir() {
            // The texts of the licences explain such tags.
            if !path.ends_with("LICENSES") {
                collect(&path, found)?;
            }
            continue;
        }
        let bytes = fs::read(&path).map_err(failed("read", &path))?;
        let text = String::from_utf8_lossy(&bytes);
        let tags = text.lines().filter_map(|line| line.split_once(TAG));
        found.extend(tags.flat_map(|(_, expression)| words(expression)));
    }
    Ok(())
}

/// The licences in an expression, without the operators and the end of the comment around it.
fn words(expression: &str) -> impl Iterator<Item = String> {
    let names = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.');
    names
        .filter(|word| word.contains('-') || *word == "MIT")
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_s_licences_are_all_found() {
        let found: Vec<String> = words(" (GPL-2.0-or-later OR MIT) */").collect();
        assert_eq!(found, ["GPL-2.0-or-later", "MIT"]);
        assert_eq!(words(" BSD-2-Clause -->").collect::<Vec<_>>(), ["BSD-2-Clause"]);
    }
}
