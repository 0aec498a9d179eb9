//! How clang reads libsel4's headers: as the compiler of libsel4 did.

use selfe_config::kernel::Manifest;
use std::path::Path;

/// clang's arguments for the headers of this kernel build. `own` is the folder of the few
/// additional headers.
pub fn clang_arguments(manifest: &Manifest, own: &Path) -> Vec<String> {
    let mut arguments = vec![
        format!("--target={}", manifest.sel4_arch.clang_target()),
        // The headers need only `stdint.h` from a C library, which is in `own`: the host's must not
        // be used, and PyPI's libclang has none.
        "-ffreestanding".to_owned(),
        "-nostdinc".to_owned(),
        format!("-I{}", own.display()),
        // Only some of the headers' comments are in the form of documentation comments.
        "-fparse-all-comments".to_owned(),
    ];
    for dir in &manifest.include_dirs {
        arguments.push(format!("-I{}", dir.display()));
    }
    arguments
}
