//! The names of the options that a kernel's CMake files declare for its users.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The commands that declare an option; `config_set` alone is left out, which declares what nobody chooses.
const DECLARING: &[&str] = &["config_option(", "config_string(", "config_choice("];

/// Every name, whatever the architecture.
///
/// # Errors
/// A file can't be read.
pub fn names(tree: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("CMakeLists.txt") || path.extension().is_some_and(|end| end == "cmake") {
                names.extend(names_in(&std::fs::read_to_string(path)?));
            }
        }
    }
    Ok(names)
}

fn names_in(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for command in DECLARING {
        for (_, rest) in text
            .match_indices(command)
            .map(|(at, _)| text.split_at(at + command.len()))
        {
            let name = rest.split_whitespace().next().unwrap_or_default();
            // What helper functions declare is named by a variable.
            if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_can_choose_is_listed() {
        let text =
            "config_option(\n    KernelA A \"text\")\nconfig_set(KernelB B 1)\nconfig_string(${name} C \"text\")";
        assert_eq!(names_in(text), BTreeSet::from(["KernelA".to_owned()]));
    }
}
