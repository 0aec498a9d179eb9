//! Finds the C types that have a tag and are written `struct NAME`, `union NAME` or `enum NAME`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The keyword of each name that follows one in a type definition of the headers.
pub type Tags = BTreeMap<String, &'static str>;

/// Reads every header below these folders.
pub fn read(dirs: &[PathBuf]) -> Result<Tags, Box<dyn Error>> {
    let mut tags = Tags::new();
    for dir in dirs {
        add_folder(dir, &mut tags)?;
    }
    Ok(tags)
}

fn add_folder(dir: &Path, tags: &mut Tags) -> Result<(), Box<dyn Error>> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("reading {}: {error}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            add_folder(&path, tags)?;
        } else if path.extension().is_some_and(|extension| extension == "h") {
            let text = std::fs::read(&path).map_err(|error| format!("reading {}: {error}", path.display()))?;
            add(&String::from_utf8_lossy(&text), tags);
        }
    }
    Ok(())
}

/// Adds each `struct NAME {` and the like; an attribute may precede the name.
fn add(text: &str, tags: &mut Tags) {
    let text = text.replace('{', " { ");
    let words: Vec<&str> = text.split_whitespace().collect();
    for words in words.windows(4).filter(|words| words[3] == "{") {
        let keyword = |word| ["struct", "union", "enum"].into_iter().find(|keyword| *keyword == word);
        if let Some(keyword) = keyword(words[1]).or(keyword(words[0])) {
            tags.insert(words[2].to_owned(), keyword);
        }
    }
}
