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
        if let Some(abi) = riscv_abi() {
            build.flag(format!("-mabi={abi}")).flag("-mcmodel=medany");
        }
        // The cross compilers that distributions have take hardware floating point for granted.
        if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("arm")
            && std::env::var("CARGO_CFG_TARGET_ABI").as_deref() == Ok("eabi")
        {
            build.flag("-mfloat-abi=soft");
        }
        let prefix = kernel
            .cross_compiler_prefix
            .as_deref()
            .filter(|prefix| !prefix.is_empty());
        let usual = || prefix.map(|prefix| format!("{prefix}gcc").into());
        // A compiler that the user names comes first; then the one that compiled the kernel.
        if let (Some(compiler), None) = (kernel.compiler.clone().or_else(usual), std::env::var_os("CC")) {
            build.compiler(compiler);
        }
        build.try_compile(library)?;
    }
    if let Some(dir) = std::env::var_os("OUT_DIR") {
        println!("cargo::rustc-link-search=native={}", dir.display());
    }
    Ok(())
}

/// The C ABI of the Rust target on RISC-V: cc knows the targets' names, and takes all that have no operating system for such
/// without floating point.
fn riscv_abi() -> Option<String> {
    let get = |name: &str| std::env::var(name).unwrap_or_default();
    let base = match get("CARGO_CFG_TARGET_ARCH").as_str() {
        "riscv32" => "ilp32",
        "riscv64" => "lp64",
        _ => return None,
    };
    let features = get("CARGO_CFG_TARGET_FEATURE");
    let has = |feature: &str| features.split(',').any(|one| one == feature);
    let float = if has("d") {
        "d"
    } else if has("f") {
        "f"
    } else {
        ""
    };
    Some(format!("{base}{float}"))
}
