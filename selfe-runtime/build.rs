//! Compiles the C shims.

use selfe_config::build_helpers::{is_docs_rs, linked_kernel, report};
use selfe_config::kernel::Manifest;
use selfe_config::model::Arch;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shims");
    if is_docs_rs() {
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

/// The libraries, with the prefixes of their functions' names: the program's own, and two for the
/// tests on the host. The second of these has the loops that x86 does not use.
const LIBRARIES: &[(&str, Option<&str>, bool)] = &[
    ("selfe_shims", None, false),
    ("selfe_shims_test", Some("selfe_test_"), false),
    ("selfe_shims_words_test", Some("selfe_words_"), true),
];

/// Compiles the shims: under their own names, and under others for the tests on the host.
///
/// cargo is not told to link them: `src/shims.rs` does, because only the code knows whether it is a
/// test.
fn shims(kernel: &Manifest) -> Result<(), cc::Error> {
    println!("cargo::rustc-check-cfg=cfg(memory_functions)");
    let of_target = memory_functions();
    if of_target {
        println!("cargo::rustc-cfg=memory_functions");
    }
    for &(library, prefix, by_words) in LIBRARIES {
        let mut build = cc::Build::new();
        build
            .file("shims/libsel4.c")
            .cargo_metadata(false)
            .opt_level(2)
            .flag("-ffreestanding")
            // Neither gcc nor clang may turn the loop in memcpy into a call of memcpy.
            .flag("-fno-builtin")
            .flag_if_supported("-fno-tree-loop-distribute-patterns")
            .flag("-fno-stack-protector")
            .flag("-ffunction-sections")
            .warnings_into_errors(true);
        if of_target || prefix.is_some() {
            build.file("shims/memory.c");
        }
        match prefix {
            Some(prefix) => build.define("SELFE_TEST_NAMES", prefix),
            None => build.file("shims/hosted.c"),
        };
        if by_words {
            build.define("SELFE_BY_WORDS", None);
        }
        if let Some(abi) = riscv_abi(kernel) {
            build.flag(format!("-mabi={abi}")).flag("-mcmodel=medany");
        }
        // Distributions' cross compilers assume hardware floating point.
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

/// Whether this crate provides the memory functions: compiler_builtins does for targets of these
/// names, and otherwise leaves them to a C library.
fn memory_functions() -> bool {
    std::env::var("TARGET").is_ok_and(|target| !target.contains("-none"))
}

/// The C ABI of programs on RISC-V must be libsel4.a's, which the kernel's options decide. (cc
/// derives it from the target's name, and assumes no floating point for a target without an
/// operating system.)
fn riscv_abi(kernel: &Manifest) -> Option<String> {
    let base = match (kernel.arch, kernel.sel4_arch.word_bits()) {
        (Arch::Riscv, 32) => "ilp32",
        (Arch::Riscv, _) => "lp64",
        (Arch::Arm | Arch::X86, _) => return None,
    };
    let has = |option: &str| kernel.options.get(option).is_some_and(|value| value == "ON");
    let float = match (has("KernelRiscvExtD"), has("KernelRiscvExtF")) {
        (true, _) => "d",
        (false, true) => "f",
        (false, false) => "",
    };
    Some(format!("{base}{float}"))
}
