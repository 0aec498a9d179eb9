//! Writes libsel4's bitfields as Rust: constructors and accessors, from the definitions that this kernel's own headers are made of.
//!
//! [`pbf`] reads the definitions; the tests of the bindings include it too, as two readers of one grammar would be one too many.
//! What judges it, and the functions, is the comparison of each of them with libsel4.a's (`tests/on-target`, `tests/bindings`).

mod expressions;
mod functions;
pub mod pbf;

use functions::Functions;
use selfe_config::kernel::Manifest;
use selfe_config::names::{Arch, SeL4Arch};
use selfe_config::release;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The names of the functions.
#[derive(Debug, Default)]
pub struct Names {
    /// Those that take and return values, and are safe.
    pub by_value: Vec<String>,
    /// Those that take a pointer.
    pub by_pointer: Vec<String>,
}

/// Writes `bitfields.rs` into a folder.
pub fn write(manifest: &Manifest, out_dir: &Path) -> Result<Names, Box<dyn Error>> {
    let mut functions = Functions::default();
    for path in files(manifest)? {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| {
            format!(
                "can't read {}: {error}\nlibsel4's headers are made of it; build libsel4 there again",
                path.display()
            )
        })?;
        let definitions = pbf::parse(&text).and_then(|definitions| functions.add(&definitions));
        definitions.map_err(|error| format!("in {}: {error}", path.display()))?;
    }
    let path = out_dir.join("bitfields.rs");
    std::fs::write(&path, functions.text()).map_err(|error| format!("can't write {}: {error}", path.display()))?;
    Ok(functions.names)
}

/// Where the kernel's release has the definitions; in a release to come perhaps elsewhere, but still in libsel4's part of the build.
fn files(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let release = release::by_name(&manifest.release).unwrap_or(release::newest());
    let arch: Arch = manifest.arch.parse()?;
    let sel4_arch: SeL4Arch = manifest.sel4_arch.parse()?;
    let paths = release.layout.bitfields_for(arch, sel4_arch);
    let known: Vec<PathBuf> = paths.iter().map(|path| manifest.build_dir.join(path)).collect();
    if known.iter().all(|path| path.is_file()) {
        return Ok(known);
    }
    let libsel4 = manifest.build_dir.join("libsel4");
    let mut found = Vec::new();
    find(&libsel4, &mut found).map_err(|error| format!("can't read {}: {error}", libsel4.display()))?;
    found.sort();
    if found.is_empty() {
        return Err(format!(
            "there are no bitfield definitions (*.pbf) in {}\nlibsel4's headers are made of them; build libsel4 there again",
            libsel4.display()
        )
        .into());
    }
    Ok(found)
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pbf") {
            files.push(path);
        }
    }
    Ok(())
}
