//! What cargo and the crates that depend on this one have to know.

use selfe_config::kernel::Manifest;
use std::path::Path;

/// Links libsel4.a.
pub fn link(manifest: &Manifest) {
    if let Some(dir) = manifest.libsel4.parent() {
        println!("cargo::rustc-link-search=native={}", dir.display());
    }
    println!("cargo::rustc-link-lib=static=sel4");
}

/// The rest of the facts beside those that `kernel_build` has published: where the bindings are, for dependents, and the
/// kernel's key, for this crate.
pub fn facts(manifest: &Manifest, bindings: &Path) {
    println!("cargo::metadata=bindings={}", bindings.display());
    println!("cargo::rustc-env=SELFE_KERNEL_KEY={}", manifest.key);
}
