//! The newest release of seL4 that selfe knows, which is the newest file in selfe-config/releases,
//! and the files that name it.

use crate::run::{Failure, root};
use std::path::PathBuf;

/// The files outside selfe-config that name the newest release, as a tag of seL4's repository.
const NAMING: &[&str] = &["sel4.toml", "template/sel4.toml", "README.md"];

/// The text before the number.
const BEFORE: &str = "/seL4\", tag = \"";

/// The numbers of all releases, oldest first.
///
/// # Errors
/// The folder can't be read.
pub fn known() -> Result<Vec<String>, String> {
    let folder = root().join("selfe-config/releases");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("reading {}: {error}", folder.display()))?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut numbers: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    numbers.sort_by_key(|number| {
        number
            .split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect::<Vec<u32>>()
    });
    Ok(numbers)
}

/// Writes the newest release's number into every file that names it.
///
/// # Errors
/// A file can't be read or written.
pub fn newest() -> Result<(), Failure> {
    for (path, text) in changed().map_err(|why| Failure::step(why, None))? {
        std::fs::write(&path, text)
            .map_err(|error| Failure::step(format!("writing {}: {error}", path.display()), None))?;
        println!("changed {}", path.display());
    }
    println!("now run `selfe update` here and in template, for their sel4.lock, and then `cargo xtask test`");
    Ok(())
}

/// The files that name another release, with their new text.
fn changed() -> Result<Vec<(PathBuf, String)>, String> {
    let known = known()?;
    let newest = known.last().ok_or("there is no release in selfe-config/releases")?;
    let mut changed = Vec::new();
    for file in NAMING {
        let path = root().join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("reading {}: {error}", path.display()))?;
        let wanted = with(&text, newest).ok_or_else(|| format!("{file} names no release"))?;
        if wanted != text {
            changed.push((path, wanted));
        }
    }
    Ok(changed)
}

/// The text with that number in the first place that names a release.
fn with(text: &str, number: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEFORE)?;
    let (_, after) = rest.split_once('"')?;
    Some(format!("{before}{BEFORE}{number}\"{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_names_the_newest_release() {
        let changed = changed().unwrap();
        let files: Vec<_> = changed.iter().map(|(path, _)| path).collect();
        assert!(
            files.is_empty(),
            "these name an older release; run `cargo xtask newest`: {files:?}"
        );
    }

    #[test]
    fn the_number_is_replaced_where_the_kernel_is_named() {
        let text = "a\nkernel = { git = \"https://github.com/seL4/seL4\", tag = \"1.0.0\" }\ntag = \"1.0.0\"\n";
        let expected = "a\nkernel = { git = \"https://github.com/seL4/seL4\", tag = \"2.0.0\" }\ntag = \"1.0.0\"\n";
        assert_eq!(with(text, "2.0.0").as_deref(), Some(expected));
        assert_eq!(with("nothing", "2.0.0"), None);
    }

    #[test]
    fn releases_are_in_order() {
        let known = known().unwrap();
        assert_eq!(known[..2], ["12.1.0", "13.0.0"]);
    }
}
