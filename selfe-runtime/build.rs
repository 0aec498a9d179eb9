//! Compiles the C shims.

use selfe_config::build_helpers::{linked_kernel, report};
use selfe_config::kernel::Manifest;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shims");
    let kernel = linked_kernel();
    report(shims(&kernel).map_err(|error| {
        format!(
            "can't compile the C functions of selfe-runtime: {error}\n\
             `selfe doctor` tells which compiler is missing and how to install it"
        )
    }))
}

/// Compiles the shims twice: under their own names, and under others for the host's tests.
///
/// cargo is not told to link them: `src/shims.rs` says which of the two, as only the code knows whether it is a test.
fn shims(kernel: &Manifest) -> Result<(), cc::Error> {
    for (library, for_tests) in [("selfe_shims", false), ("selfe_shims_test", true)] {
        let mut build = cc::Build::new();
        build
            .files(["shims/memory.c", "shims/string.c"])
            .cargo_metadata(false)
            .opt_level(2)
            .flag("-ffreestanding")
            // Neither gcc nor clang may recognise the loop of memcpy as a memcpy.
            .flag("-fno-builtin")
            .flag_if_supported("-fno-tree-loop-distribute-patterns")
            .flag("-fno-stack-protector")
            .flag("-ffunction-sections")
            .warnings_into_errors(true);
        if for_tests {
            build.define("SELFE_TEST_NAMES", None);
        } else {
            build.file("shims/unwind.c");
        }
        let prefix = kernel.cross_compiler_prefix.as_deref().unwrap_or_default();
        // A compiler that the user names comes first.
        if !prefix.is_empty() && std::env::var_os("CC").is_none() {
            build.compiler(format!("{prefix}gcc"));
        }
        build.try_compile(library)?;
    }
    if let Some(dir) = std::env::var_os("OUT_DIR") {
        println!("cargo::rustc-link-search=native={}", dir.display());
    }
    Ok(())
}
