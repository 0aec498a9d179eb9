//! Compiles the C shims and hands the kernel's facts to this crate.

use selfe_config::kernel::Manifest;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shims");
    let kernel = selfe_config::build_helpers::linked_kernel();
    facts(&kernel);
    match shims(&kernel) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            println!("cargo::error=can't compile the C functions of selfe-runtime");
            println!("cargo::error=`selfe doctor` tells which compiler is missing and how to install it");
            ExitCode::FAILURE
        }
    }
}

/// What `src/kernel.rs` says of the kernel.
fn facts(kernel: &Manifest) {
    println!("cargo::rustc-env=SELFE_KERNEL_VERSION={}", kernel.kernel_version);
    println!("cargo::rustc-env=SELFE_KERNEL_SEL4_ARCH={}", kernel.sel4_arch);
    println!("cargo::rustc-env=SELFE_KERNEL_PLATFORM={}", kernel.platform);
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
        if let (Some(prefix), None) = (
            &kernel
                .cross_compiler_prefix
                .as_ref()
                .filter(|prefix| !prefix.is_empty()),
            std::env::var_os("CC"),
        ) {
            build.compiler(format!("{prefix}gcc"));
        }
        build.try_compile(library)?;
    }
    if let Some(dir) = std::env::var_os("OUT_DIR") {
        println!("cargo::rustc-link-search=native={}", dir.display());
    }
    Ok(())
}
