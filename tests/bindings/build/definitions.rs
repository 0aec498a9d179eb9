//! Finds the bitfield definitions of the kernel's build and writes the checks of them.

use crate::generate::{Checks, checks};
use crate::pbf;
use selfe_config::kernel::Manifest;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Writes `bitfields.rs` into `out_dir`.
pub fn write_checks(manifest: &Manifest, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    find(&manifest.build_dir.join("libsel4"), &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "no bitfield definitions (*.pbf) in {}",
            manifest.build_dir.join("libsel4").display()
        )
        .into());
    }
    let mut out = Checks::default();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
        let definitions = pbf::parse(&text).map_err(|error| format!("in {}: {error}", file.display()))?;
        checks(&definitions, &mut out).map_err(|error| format!("in {}: {error}", file.display()))?;
    }
    std::fs::write(out_dir.join("bitfields.rs"), out.finish())?;
    Ok(())
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("reading {}: {error}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pbf") {
            files.push(path);
        }
    }
    Ok(())
}
