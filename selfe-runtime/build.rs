//! Compiles the C shims.

use selfe_config::build_helpers::{front_page_only, linked_kernel, report};
use selfe_config::kernel::Manifest;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shims");
    if front_page_only() {
        return ExitCode::SUCCESS;
    }
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
            .file("shims/string.c")
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
        if let Some(abi) = riscv_abi(kernel) {
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

/// The C ABI of the program on RISC-V, which is libsel4.a's: the kernel's options decide it. (cc goes by the target's name, and
/// takes every target without an operating system for one without floating point.)
fn riscv_abi(kernel: &Manifest) -> Option<String> {
    let base = match kernel.sel4_arch.as_str() {
        "riscv32" => "ilp32",
        "riscv64" => "lp64",
        _ => return None,
    };
    let has = |option: &str| kernel.options.get(option).is_some_and(|value| value == "ON");
    let float = match (has("KernelRiscvExtD"), has("KernelRiscvExtF")) {
        (true, _) => "d",
        (false, true) => "f",
        (false, false) => "",
    };
    Some(format!("{base}{float}"))
}
