//! Embeds the files of `platforms/` and `releases/` in the crate, and writes the embedded sel4.toml
//! from them. A new board or release is a new file, and no code changes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let platforms = names(&here.join("platforms"))?;
    let mut releases = names(&here.join("releases"))?;
    releases.sort_by_key(|name| numbers(name));
    let newest = releases.last().ok_or("releases/ has no TOML file")?;

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

/// The names of the TOML files in a folder, without the extension, in alphabetical order.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".toml").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The parts of a release number, for comparison.
fn numbers(name: &str) -> Vec<u32> {
    name.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

/// A slice of (name, text of the file), as an expression. It holds the text rather than an
/// `include_str!` path because cargo does not notice if a folder and its build results are moved
/// together.
fn list(folder: &Path, names: &[String]) -> std::io::Result<String> {
    let mut list = "&[\n".to_owned();
    for name in names {
        let text = fs::read_to_string(folder.join(format!("{name}.toml")))?;
        list += &format!("    ({name:?}, {text:?}),\n");
    }
    Ok(list + "]\n")
}
