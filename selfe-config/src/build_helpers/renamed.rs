//! Cfgs in a crate's source that use an option's former name.
//!
//! Such a cfg is declared, because code for several releases may use it, so rustc does not warn:
//! the code behind it is silently left out.

use crate::kernel::Manifest;
use crate::release::Renamed;
use std::fs;
use std::path::Path;

/// The line that makes cargo run the build script again when the source changes.
pub const WATCHED: &str = "cargo::rerun-if-changed=src";

/// The lines for cargo: a warning for each use of a former name.
pub fn warnings(manifest: &Manifest, package: &Path) -> Vec<String> {
    let renamed: Vec<Renamed> = manifest.former_names().collect();
    let mut lines = Vec::new();
    if !renamed.is_empty() {
        search(&package.join("src"), "src", &renamed, &mut lines);
    }
    lines
}

fn search(folder: &Path, name: &str, renamed: &[Renamed], lines: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        // A link may lead back up.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            search(&entry.path(), &name, renamed, lines);
        } else if name.ends_with(".rs") {
            // rustc reports what can't be read.
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            lines.extend(uses(&text, renamed).map(|(line, one)| {
                format!(
                    "cargo::warning={name}:{line}: the kernel's option `{}` was renamed to `{}` in {}; a cfg with the former name \
                     is never true",
                    one.from, one.to, one.since
                )
            }));
        }
    }
}

/// The lines with a cfg that names one of the options.
fn uses<'a>(text: &'a str, renamed: &'a [Renamed]) -> impl Iterator<Item = (usize, &'a Renamed)> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| line.contains("cfg") && !line.trim_start().starts_with("//"))
        .flat_map(move |(number, line)| {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            words.filter_map(move |word| Some((number + 1, renamed.iter().find(|one| one.from == word)?)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_name_in_a_cfg_is_found_with_its_line() {
        let renamed = crate::release::renamed(crate::release::newest());
        let text = "// #[cfg(KernelUseLogcalIDs)]\n#[cfg(KernelUseLogicalIDs)]\nfn a() {}\n\
                    #[cfg_attr(all(not(KernelUseLogcalIDs)), allow(unused))]\nfn b() { KernelUseLogcalIDs; }\n";
        let found: Vec<_> = uses(text, &renamed)
            .map(|(line, one)| (line, one.to.as_str()))
            .collect();
        assert_eq!(found, [(4, "KernelUseLogicalIDs")]);
    }
}
