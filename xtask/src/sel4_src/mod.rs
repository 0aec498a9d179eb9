//! `cargo xtask sel4-src TAG [--into DIR]`: fills the crate `sel4-src`, whose files are the
//! kernel's and so never part of this repository.

mod licences;
mod tree;

use crate::run::{Failure, clean, root, selfe};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tree::TREES;

const USAGE: &str = "cargo xtask sel4-src TAG [--into DIR]";

/// The kernel's repository.
const KERNEL: &str = "https://github.com/seL4/seL4";

/// A platform whose images need everything in the crate.
const PLATFORM: &str = "virt";

/// Fills the crate in the repository, or a copy of it elsewhere, and sets its version to the
/// kernel's.
///
/// # Errors
/// A source is not available, a file can't be written, or the sources are under a licence that the
/// crate does not name.
pub fn sel4_src(arguments: &[&str]) -> Result<(), Failure> {
    let (tag, into) = match *arguments {
        [tag] if !tag.starts_with('-') => (tag, None),
        [tag, "--into", dir] | ["--into", dir, tag] => (tag, Some(PathBuf::from(dir))),
        _ => return Err(Failure::usage(format!("usage: {USAGE}"))),
    };
    let own = root().join("sel4-src");
    let package = match into {
        Some(dir) => {
            copy_package(&own, &dir)?;
            dir
        }
        None => own,
    };
    let folders = fetch(tag)?;
    let version = fill(&package, &folders)?;
    licences::check(&package)?;
    set_version(&package.join("Cargo.toml"), &version)?;
    println!("{} holds seL4 {version}", package.display());
    println!("`cargo package` there packs it");
    Ok(())
}

/// The crate without sources.
fn copy_package(from: &Path, to: &Path) -> Result<(), Failure> {
    for file in ["Cargo.toml", "README.md", "src/lib.rs"] {
        tree::copy_file(&from.join(file), &to.join(file))?;
    }
    Ok(())
}

/// Fetches the sources into selfe's cache, and returns their folders in the order of [`TREES`].
/// `selfe` knows which sources belong to the kernel's release.
fn fetch(tag: &str) -> Result<Vec<PathBuf>, Failure> {
    let project = Scratch::new()?;
    let text = format!("[sel4]\nkernel = {{ git = {KERNEL:?}, tag = {tag:?} }}\n[build.{PLATFORM}]\n");
    tree::write(&project.0.join("sel4.toml"), &text)?;
    let mut fetch = clean(selfe(["fetch", "-p", PLATFORM])?);
    let output = fetch.current_dir(&project.0).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Failure::step(format!("can't run `selfe fetch`: {error}"), None))?;
    if !output.status.success() {
        return Err(Failure::step(
            format!("the sources of seL4 {tag} can't be obtained"),
            output.status.code(),
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // One line each: the key in sel4.toml, then the folder.
    let folder = |key: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(word, _)| *word == key);
        found
            .map(|(_, folder)| PathBuf::from(folder.trim()))
            .ok_or_else(|| Failure::step(format!("`selfe fetch` names no {key}:\n{text}"), None))
    };
    TREES.iter().map(|tree| folder(tree.key)).collect()
}

/// Copies what a build needs, and returns the kernel's version. The record is written last: it
/// marks the crate as filled.
fn fill(package: &Path, folders: &[PathBuf]) -> Result<String, Failure> {
    let (making, sources) = (package.join("sources.filling"), package.join("sources"));
    remove(&making)?;
    let mut record = "# Where these sources come from; `cargo xtask sel4-src` wrote it.\n".to_owned();
    for (tree, folder) in TREES.iter().zip(folders) {
        tree.copy(folder, &making.join(tree.folder))?;
        record.push_str(&format!("\n[{}]\n{}", tree.key, tree.origin(folder)?));
    }
    tree::write(&making.join("SOURCES.toml"), &record)?;
    remove(&sources)?;
    fs::rename(&making, &sources).map_err(tree::failed("write", &sources))?;
    let version = sources.join(TREES[0].folder).join("VERSION");
    let text = fs::read_to_string(&version).map_err(tree::failed("read", &version))?;
    Ok(text.trim().to_owned())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(tree::failed("remove", folder)(error)),
        _ => Ok(()),
    }
}

/// Turns the manifest into that of a filled crate: with the kernel's version, and publishable.
fn set_version(manifest: &Path, version: &str) -> Result<(), Failure> {
    let text = fs::read_to_string(manifest).map_err(tree::failed("read", manifest))?;
    let changed = filled_manifest(&text, version)
        .ok_or_else(|| Failure::step(format!("{} has no `version = \"…\"`", manifest.display()), None))?;
    if changed == text {
        return Ok(());
    }
    tree::write(manifest, &changed)
}

/// The manifest's text with that version, and without the line that prevents publishing an empty
/// crate.
fn filled_manifest(text: &str, version: &str) -> Option<String> {
    const BEFORE: &str = "\nversion = \"";
    let start = text.find(BEFORE)? + BEFORE.len();
    let end = start + text[start..].find('"')?;
    let (before, after) = (&text[..start], &text[end..]);
    Some(format!(
        "{before}{version}{}",
        after.replacen("\npublish = false\n", "\n", 1)
    ))
}

/// A folder that is removed when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let dir = std::env::temp_dir().join(format!("selfe-sel4-src-{}", std::process::id()));
        fs::create_dir_all(&dir).map_err(tree::failed("create", &dir))?;
        Ok(Scratch(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover in the system's temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_crate_has_the_kernel_s_version_and_can_be_published() {
        let manifest = "[package]\nversion = \"16.0.0\"\npublish = false\nrust-version = \"1.89\"\n";
        let filled = filled_manifest(manifest, "15.0.0").unwrap();
        assert_eq!(filled, "[package]\nversion = \"15.0.0\"\nrust-version = \"1.89\"\n");
        assert_eq!(filled_manifest(&filled, "15.0.0").unwrap(), filled);
        assert_eq!(filled_manifest("[package]\n", "1.0.0"), None);
    }

    #[test]
    fn the_crate_in_the_repository_can_t_be_published() {
        let manifest = fs::read_to_string(root().join("sel4-src/Cargo.toml")).unwrap();
        let filled = filled_manifest(&manifest, "99.0.0").unwrap();
        assert!(
            filled.contains("name = \"sel4-src\"\nversion = \"99.0.0\"\n"),
            "{filled}"
        );
        assert!(!filled.contains("publish ="), "{filled}");
        let is_filled = root().join("sel4-src/sources").exists();
        assert_eq!(manifest.contains("\npublish = false\n"), !is_filled);
    }
}
