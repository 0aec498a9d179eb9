//! Shared by the tests of the bindings: the model of bit packing, and readers for the kernel's
//! headers, for its library and for the bindings themselves.

pub mod bitfield;
/// Source: as for `comments`.
#[cfg(test)]
#[allow(dead_code, reason = "the build script uses all of it")]
#[path = "../../../selfe-sys/build/bitfields/mod.rs"]
mod bitfields;
/// A module of selfe-sys's build script, included because build scripts cannot have tests.
#[cfg(test)]
#[path = "../../../selfe-sys/build/comments.rs"]
mod comments;
/// Source: as for `comments`.
#[cfg(test)]
#[path = "../../../selfe-sys/build/declared.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod declared;
pub mod headers;
/// Source: as for `comments`.
#[cfg(test)]
#[allow(dead_code, reason = "the build script uses all of it")]
#[path = "../../../selfe-sys/build/interfaces/mod.rs"]
mod interfaces;
#[allow(dead_code, reason = "as above")]
#[cfg(test)]
#[path = "../../../selfe-sys/build/rust.rs"]
mod rust;
pub mod rust_items;
#[path = "../../../selfe-sys/build/target.rs"]
pub mod target;

use selfe_config::kernel::Manifest;
use std::path::{Path, PathBuf};

/// The folder with the files that bindgen wrote.
pub fn bindings() -> &'static Path {
    Path::new(env!("SELFE_BINDINGS"))
}

/// The sources of selfe-sys that contain items of libsel4, including those that bindgen wrote.
pub fn sources() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../selfe-sys/src/libsel4");
    let written = ["bindings.rs", "c.rs"].map(|file| bindings().join(file));
    written
        .into_iter()
        .chain(["deprecated.rs", "rights.rs", "supplied.rs"].map(|file| own.join(file)))
        .collect()
}

/// The kernel build that selfe-sys was made for.
///
/// # Errors
/// Its manifest can't be read.
pub fn manifest() -> Result<Manifest, String> {
    let path = env!("SELFE_MANIFEST");
    let text = std::fs::read_to_string(path).map_err(|error| format!("reading {path}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("in {path}: {error}"))
}
