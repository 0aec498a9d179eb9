//! What cargo and the dependent crates have to know.

use selfe_config::build_helpers::tell_cargo;
use selfe_config::kernel::Manifest;
use std::path::Path;

/// Links libsel4.a.
pub fn link(manifest: &Manifest) {
    if let Some(dir) = manifest.libsel4.parent() {
        tell_cargo(&format!("cargo::rustc-link-search=native={}", dir.display()));
    }
    println!("cargo::rustc-link-lib=static=sel4");
}

/// Passes the place of the bindings to dependents, in addition to the facts from `kernel_build`,
/// and the kernel's identity to this crate.
pub fn facts(manifest: &Manifest, bindings: &Path) {
    tell_cargo(&format!("cargo::metadata=bindings={}", bindings.display()));
    let none = "0".repeat(64);
    let facts = [
        ("KEY", manifest.key.as_str()),
        ("SHA256", manifest.kernel_sha256.as_ref().unwrap_or(&none)),
        ("VERSION", &manifest.kernel_version),
        ("PLATFORM", &manifest.platform),
        ("ARCH", manifest.arch.as_str()),
        ("SEL4_ARCH", manifest.sel4_arch.as_str()),
    ];
    for (name, value) in facts {
        tell_cargo(&format!("cargo::rustc-env=SELFE_KERNEL_{name}={value}"));
    }
}
