//! Runs bindgen over libsel4's headers.
//!
//! It writes three files, each included by the file of that name in `src/libsel4/`: C's form of the
//! functions that are also inline Rust (`c.rs`), everything else, and the names of enum values in
//! selfe-sys 0.1.

use crate::callbacks::{Callbacks, OldNames};
use crate::declared;
use crate::rust::write_text as write;
use crate::target::clang_arguments;
use selfe_config::kernel::Manifest;
use std::error::Error;
use std::path::Path;

/// Headers that `sel4/sel4.h` does not include. Not every architecture and version has each.
const MORE_HEADERS: &[&str] = &[
    "sel4/arch/bootinfo_types.h",
    "sel4/arch/mapping.h",
    "sel4/arch/vmenter.h",
    "sel4/sel4_arch/mapping.h",
    "sel4/benchmark_tracepoints_types.h",
    "sel4/benchmark_track_types.h",
    "sel4/benchmark_utilisation_types.h",
    // On RISC-V; the others include it through `sel4/arch/mapping.h`.
    "sel4/sel4_arch/mapping.h",
];

/// What those headers need from a C library.
const STDINT: &str = "\
#pragma once
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
";

/// Types that `src/` defines, because Rust's word is `usize`.
const DEFINED_IN_RUST: &str = "seL4_Word|seL4_CPtr";

/// The oldest compiler for which the bindings are written. By default bindgen asks the running one,
/// but only in a build script.
const OLDEST_RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// What is not part of the interface, or can't be bound through a declaration alone.
const LEFT_OUT: &[&str] = &[
    // Assertions of the headers, written as types.
    "__assert_failed_.*",
    "__type_.*_size_incorrect",
    // Thread-local if the kernel's options say so, which `extern` declarations don't support:
    // `seL4_SetIPCBuffer` and `seL4_SetPrintError` set them.
    "__sel4_ipc_buffer",
    "__sel4_print_error",
    // The text of an argument, which happens to be a number on kernels without MCS.
    "LIBSEL4_MCS_REPLY",
    // From `stdint.h`; bindgen uses Rust's own types.
    "u?int(8|16|32|64)_t",
    // In no library, because no source file of libsel4 includes its header;
    // `src/libsel4/supplied.rs` has it.
    "seL4_MappingFailedLookupLevel",
    // From a C library; selfe-runtime has them.
    "__assert_fail",
    "strcpy",
    // A `static const` of the header itself; `src/libsel4/supplied.rs` has it.
    "seL4_AsyncEndpointObject",
    // A macro whose type bindgen can only guess; `src/libsel4/supplied.rs` has it.
    "seL4_WordBits",
];

/// Writes the files into a folder, and gives C's form of the functions that are inline Rust too.
/// `in_rust` has the names of these, as regular expressions; `safe` has the names of those among
/// them that can be called safely.
pub fn generate(
    manifest: &Manifest,
    out_dir: &Path,
    in_rust: &[String],
    safe: &[String],
) -> Result<syn::File, Box<dyn Error>> {
    let header = out_dir.join("libsel4.h");
    write(&header, &libsel4_h())?;
    write(&out_dir.join("stdint.h"), STDINT)?;

    let old_names = OldNames::default();
    let mut all = builder(manifest, &header, &old_names)?;
    let mut in_c = syn::parse_file("")?;
    if !in_rust.is_empty() {
        let names = in_rust.join("|");
        all = all.blocklist_function(&names);
        let functions = builder(manifest, &header, &OldNames::default())?
            .allowlist_function(&names)
            .allowlist_recursively(false)
            .layout_tests(false);
        in_c = syn::parse_file(&run(functions, manifest)?)?;
        declared::make_safe(&mut in_c, safe);
    }
    write(&out_dir.join("bindings.rs"), &run(all, manifest)?)?;
    write(&out_dir.join("c.rs"), &prettyplease::unparse(&in_c))?;
    let old_names = old_names.borrow();
    let old_names = old_names
        .iter()
        .map(|(old, new)| format!("pub use super::bindings::{new} as {old};\n"));
    write(&out_dir.join("old_names.rs"), &old_names.collect::<String>())?;
    Ok(in_c)
}

/// The header that includes all others.
fn libsel4_h() -> String {
    let mut text = "#include <stdint.h>\n#include <sel4/sel4.h>\n".to_owned();
    for header in MORE_HEADERS {
        text.push_str(&format!("#if __has_include(<{header}>)\n#include <{header}>\n#endif\n"));
    }
    text
}

fn run(builder: bindgen::Builder, manifest: &Manifest) -> Result<String, String> {
    let bindings = builder.generate().map_err(|error| {
        format!(
            "bindgen can't read libsel4's headers of the kernel build {}\n{error}",
            manifest.build_dir.display()
        )
    })?;
    Ok(bindings.to_string())
}

fn builder(manifest: &Manifest, header: &Path, old_names: &OldNames) -> Result<bindgen::Builder, Box<dyn Error>> {
    Ok(bindgen::Builder::default()
        .header(header.to_string_lossy())
        .clang_args(clang_arguments(manifest, header.parent().unwrap_or(Path::new("."))))
        .detect_include_paths(false)
        .use_core()
        .ctypes_prefix("crate::ctypes")
        .rust_target(OLDEST_RUST.parse()?)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .prepend_enum_name(false)
        .blocklist_type(DEFINED_IN_RUST)
        .blocklist_item(LEFT_OUT.join("|"))
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(header.parent().unwrap_or(Path::new(".")))
        .derive_default(true)
        .derive_eq(true)
        .derive_partialeq(true)
        .disable_header_comment()
        .parse_callbacks(Box::new(Callbacks {
            old_names: old_names.clone(),
        })))
}
