//! Finds the bitfield definitions in the kernel's build and writes checks of them.

use crate::generate::{Checks, checks};
use crate::pbf;
use selfe_config::kernel::Manifest;
use std::error::Error;
use std::path::Path;

/// Writes `bitfields.rs` into `out_dir`.
pub fn write_checks(manifest: &Manifest, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let files = pbf::files::all(manifest)?;
    let mut known = pbf::files::known(manifest)?;
    known.sort();
    if files != known {
        return Err(format!(
            "the build has the bitfield definitions {files:?}
selfe-config/releases/{}.toml says {known:?}",
            manifest.release
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
