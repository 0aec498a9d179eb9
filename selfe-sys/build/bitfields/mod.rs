//! Writes libsel4's bitfields as Rust: constructors and accessors, from the definitions that this
//! kernel's own headers are made of.
//!
//! [`pbf`] reads the definitions; the tests of the bindings include it too, to have only one reader
//! of the grammar. The tests compare each function with libsel4.a's (`tests/on-target`,
//! `tests/bindings`).

mod expressions;
mod functions;
pub mod pbf;

use crate::rust;
use functions::Functions;
use selfe_config::kernel::Manifest;
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
        // Files in the cache are as old as the build that this script made, and are watched through
        // their marker.
        if manifest.is_of_user() {
            selfe_config::build_helpers::tell_cargo(&format!("cargo::rerun-if-changed={}", path.display()));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| {
            format!(
                "can't read {}: {error}\nlibsel4's headers are made of it; build libsel4 there again",
                path.display()
            )
        })?;
        let definitions = pbf::parse(&text).and_then(|definitions| functions.add(&definitions));
        definitions.map_err(|error| format!("in {}: {error}", path.display()))?;
    }
    let names = std::mem::take(&mut functions.names);
    rust::write(&out_dir.join("bitfields.rs"), functions.file())?;
    Ok(names)
}

/// The definitions' place in the kernel's release; in a release that selfe does not know, wherever
/// they are.
fn files(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let known = pbf::files::known(manifest)?;
    if known.iter().all(|path| path.is_file()) {
        return Ok(known);
    }
    pbf::files::all(manifest)
}
