//! Compiles the C functions that compilers and libsel4.a call without being asked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shims");
    let kernel = selfe_config::build_helpers::linked_kernel();
    let mut build = cc::Build::new();
    build
        .files(["shims/memory.c", "shims/string.c"])
        // The functions must not be compiled into calls of themselves.
        .flag("-ffreestanding")
        .flag("-fno-builtin")
        .flag_if_supported("-fno-tree-loop-distribute-patterns")
        .flag("-fno-stack-protector")
        .flag("-ffunction-sections")
        .opt_level(2)
        .warnings_into_errors(true);
    if let Some(prefix) = kernel.cross_compiler_prefix.filter(|prefix| !prefix.is_empty()) {
        build.compiler(format!("{prefix}gcc"));
    }
    if let Err(error) = build.try_compile("selfe_shims") {
        println!("cargo::error=can't compile the C functions of selfe-runtime: {error}");
        println!("cargo::error=`selfe doctor` tells which compiler is missing and how to install it");
        std::process::exit(1);
    }
}
