//! How clang has to read libsel4's headers: as the compiler of libsel4 did.

use selfe_config::kernel::Manifest;
use std::path::Path;

/// clang's arguments for the headers of this kernel build. `own` is the folder of the few headers
/// that are not its own.
///
/// # Errors
/// The kernel is for an architecture whose C ABI is not known here.
pub fn clang_arguments(manifest: &Manifest, own: &Path) -> Result<Vec<String>, String> {
    let mut arguments = vec![
        format!("--target={}", triple(&manifest.sel4_arch)?),
        // The headers need nothing of a C library but `stdint.h`, and that stands in `own`: the
        // host's must not creep in, and PyPI's libclang comes without any.
        "-ffreestanding".to_owned(),
        "-nostdinc".to_owned(),
        format!("-I{}", own.display()),
        // Only some of the headers' comments are written as documentation comments.
        "-fparse-all-comments".to_owned(),
    ];
    for dir in &manifest.include_dirs {
        arguments.push(format!("-I{}", dir.display()));
    }
    Ok(arguments)
}

/// clang's name for the C ABI that libsel4 was compiled for.
fn triple(sel4_arch: &str) -> Result<&'static str, String> {
    Ok(match sel4_arch {
        "aarch32" | "arm_hyp" => "armv7-unknown-linux-gnueabihf",
        "aarch64" => "aarch64-unknown-linux-gnu",
        "ia32" => "i686-unknown-linux-gnu",
        "x86_64" => "x86_64-unknown-linux-gnu",
        "riscv32" => "riscv32-unknown-linux-gnu",
        "riscv64" => "riscv64-unknown-linux-gnu",
        other => return Err(format!("selfe-sys knows no C ABI for the sel4_arch `{other}`")),
    })
}
