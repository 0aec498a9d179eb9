//! libclang: whether it is there, and how it has to read the headers.

use selfe_config::kernel::Manifest;
use std::error::Error;

/// Loads libclang, so that bindgen need not panic where there is none.
pub fn load() -> Result<(), Box<dyn Error>> {
    std::panic::catch_unwind(bindgen::clang_version).map(drop).map_err(|_| {
        "bindgen can't find libclang, which reads libsel4's headers.\n\
         Install it: `apt-get install libclang-dev` on Debian and Ubuntu; elsewhere the package with libclang.so.\n\
         Without root: `pip install libclang`, then set LIBCLANG_PATH to the folder `clang/native` of that package.\n\
         If it is installed, set LIBCLANG_PATH to the folder that holds libclang.so."
            .into()
    })
}

/// The arguments that make clang see the headers as the compiler of libsel4 did.
pub fn arguments(manifest: &Manifest) -> Result<Vec<String>, Box<dyn Error>> {
    let mut arguments = vec![
        format!("--target={}", triple(&manifest.sel4_arch)?),
        // The headers need nothing of a C library; the host's must not creep in.
        "-ffreestanding".to_owned(),
        "-nostdlibinc".to_owned(),
        // libsel4's comments are for readers, but only some are written as documentation comments.
        "-fparse-all-comments".to_owned(),
    ];
    for dir in &manifest.include_dirs {
        arguments.push(format!("-I{}", dir.display()));
    }
    Ok(arguments)
}

/// clang's name for the C ABI that libsel4 was compiled for.
fn triple(sel4_arch: &str) -> Result<&'static str, Box<dyn Error>> {
    Ok(match sel4_arch {
        "aarch32" | "arm_hyp" => "armv7-unknown-linux-gnueabihf",
        "aarch64" => "aarch64-unknown-linux-gnu",
        "ia32" => "i686-unknown-linux-gnu",
        "x86_64" => "x86_64-unknown-linux-gnu",
        "riscv32" => "riscv32-unknown-linux-gnu",
        "riscv64" => "riscv64-unknown-linux-gnu",
        other => return Err(format!("selfe-sys has no C ABI for the sel4_arch `{other}`").into()),
    })
}
