//! What the tests of the bindings share: the model of bit packing, and readers for the kernel's
//! headers, its library and the bindings themselves.

pub mod bitfield;
/// As `comments`.
#[cfg(test)]
#[allow(dead_code, reason = "the build script uses all of it")]
#[path = "../../../selfe-sys/build/bitfields/mod.rs"]
mod bitfields;
/// A module of selfe-sys's build script, whose tests have no other place to run.
#[cfg(test)]
#[path = "../../../selfe-sys/build/comments.rs"]
mod comments;
/// As `comments`.
#[cfg(test)]
#[path = "../../../selfe-sys/build/declared.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod declared;
pub mod headers;
/// As `comments`.
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

/// The folder that holds what bindgen wrote.
pub fn bindings() -> &'static Path {
    Path::new(env!("SELFE_BINDINGS"))
}

/// selfe-sys's sources with items of libsel4, those that bindgen wrote included.
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
