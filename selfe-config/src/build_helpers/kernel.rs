//! The kernel that a build script builds, or that the crate below it has built.

use super::directives::cfgs;
use super::error::BuildScriptError;
use crate::kernel::Manifest;
use std::path::{Path, PathBuf};

/// The kernel that selfe-sys links, as cargo tells those that depend on selfe-sys directly.
pub fn linked() -> Result<Manifest, BuildScriptError> {
    let Some(path) = std::env::var_os("DEP_SEL4_MANIFEST").map(PathBuf::from) else {
        return Err(BuildScriptError::NoKernel {
            package: std::env::var("CARGO_PKG_NAME").unwrap_or_default(),
        });
    };
    read(&path)
}

fn read(path: &Path) -> Result<Manifest, BuildScriptError> {
    let error = |reason: String| BuildScriptError::Manifest {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|source| error(source.to_string()))?;
    toml::from_str(&text).map_err(|source| error(source.message().to_owned()))
}

/// The kernel's boolean options as cfgs.
pub fn cfgs_of(manifest: &Manifest) -> Vec<String> {
    cfgs(
        manifest
            .options
            .iter()
            .filter_map(|(name, value)| match value.as_str() {
                "ON" => Some((name.as_str(), true)),
                "OFF" => Some((name.as_str(), false)),
                _ => None,
            }),
    )
}
