//! Makes the files of `platforms/` and `releases/` a part of the crate, and the embedded sel4.toml
//! from what they say: a new board or release is a new file, and nothing else.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let platforms = names(&here.join("platforms"))?;
    let mut releases = names(&here.join("releases"))?;
    releases.sort_by_key(|name| numbers(name));
    let newest = releases.last().ok_or("there is no file in releases/")?;

    fs::write(out.join("platforms.rs"), list(&here.join("platforms"), &platforms)?)?;
    fs::write(out.join("releases.rs"), list(&here.join("releases"), &releases)?)?;
    let mut default = fs::read_to_string(here.join("default.sel4.toml"))?.replace("@NEWEST@", newest);
    for name in &platforms {
        write!(default, "\n[build.{name}]\n")?;
    }
    fs::write(out.join("default.sel4.toml"), default)?;
    for path in ["build.rs", "default.sel4.toml", "platforms", "releases"] {
        println!("cargo::rerun-if-changed={path}");
    }
    Ok(())
}

/// The names of a folder's TOML files, without the ending, in alphabetical order.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".toml").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// A release's number, for comparing.
fn numbers(name: &str) -> Vec<u32> {
    name.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

/// A slice of each name with its file's text, as an expression. It holds the text and not the path:
/// cargo does not notice when a folder is moved together with its results.
fn list(folder: &Path, names: &[String]) -> std::io::Result<String> {
    let mut list = "&[\n".to_owned();
    for name in names {
        let text = fs::read_to_string(folder.join(format!("{name}.toml")))?;
        list += &format!("    ({name:?}, {text:?}),\n");
    }
    Ok(list + "]\n")
}
