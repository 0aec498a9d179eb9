//! Where the definitions of a kernel's build are.

use selfe_config::kernel::Manifest;
use selfe_config::release;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Where the kernel's release has them.
pub fn known(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let release = release::by_name(&manifest.release).unwrap_or(release::newest());
    let paths = release.layout.bitfields_for(manifest.arch, manifest.sel4_arch);
    Ok(paths.iter().map(|path| manifest.build_dir.join(path)).collect())
}

/// Every file of definitions in libsel4's part of the build, wherever it is.
pub fn all(manifest: &Manifest) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let libsel4 = manifest.build_dir.join("libsel4");
    let mut files = Vec::new();
    find(&libsel4, &mut files).map_err(|error| format!("can't read {}: {error}", libsel4.display()))?;
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "there are no bitfield definitions (*.pbf) in {}\nlibsel4's headers are made of them; build libsel4 there again",
            libsel4.display()
        )
        .into());
    }
    Ok(files)
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
