//! Runs bindgen over libsel4's headers.
//!
//! Two files come out: the system calls, and everything else. `src/syscalls.rs` holds the first.

use crate::callbacks::Callbacks;
use crate::target::clang_arguments;
use selfe_config::kernel::Manifest;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The functions that are system calls by themselves; all others are made of these.
const SYSTEM_CALLS: &[&str] = &[
    "seL4_(Call|NBRecv|NBSend|NBSendRecv|NBSendWait|NBWait|Poll|Recv|Reply|ReplyRecv|Send|Signal|Wait|Yield)(WithMRs)?",
    "seL4_(SetTLSBase|VMEnter|X86DangerousRDMSR|X86DangerousWRMSR)",
    "seL4_(Benchmark|Debug)[A-Z].*",
];

/// Types that `src/` defines, because Rust's word is `usize`.
const DEFINED_IN_RUST: &str = "seL4_Word|seL4_CPtr";

/// What is no part of the interface, or can't be had through a declaration alone.
const LEFT_OUT: &[&str] = &[
    // Assertions of the headers, written as types.
    "__assert_failed_.*",
    "__type_.*_size_incorrect",
    // Thread-local where the kernel's options say so, which an `extern` declaration can't: `seL4_SetIPCBuffer` and
    // `seL4_SetPrintError` set them.
    "__sel4_ipc_buffer",
    "__sel4_print_error",
    // A `static const` of the header itself; `src/supplied.rs` has it.
    "seL4_AsyncEndpointObject",
];

/// Writes `bindings.rs` and `syscalls.rs`; returns the folder.
pub fn generate(manifest: &Manifest) -> Result<PathBuf, Box<dyn Error>> {
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let header = out_dir.join("libsel4.h");
    let write =
        |path: &Path, text: &str| std::fs::write(path, text).map_err(|e| format!("writing {}: {e}", path.display()));
    write(&header, "#include <sel4/sel4.h>\n")?;

    let names = SYSTEM_CALLS.join("|");
    let all = builder(manifest, &header)?.blocklist_function(&names);
    write(&out_dir.join("bindings.rs"), &all.generate()?.to_string())?;
    let calls = builder(manifest, &header)?
        .allowlist_function(&names)
        .allowlist_recursively(false)
        .layout_tests(false);
    write(&out_dir.join("syscalls.rs"), &calls.generate()?.to_string())?;
    Ok(out_dir)
}

fn builder(manifest: &Manifest, header: &Path) -> Result<bindgen::Builder, Box<dyn Error>> {
    Ok(bindgen::Builder::default()
        .header(header.to_string_lossy())
        .clang_args(clang_arguments(manifest)?)
        .detect_include_paths(false)
        .use_core()
        .ctypes_prefix("crate::ctypes")
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
        .parse_callbacks(Box::new(Callbacks)))
}

/// Loads libclang, so that bindgen need not panic where there is none.
pub fn find_libclang() -> Result<(), Box<dyn Error>> {
    // bindgen says that it is missing by a panic, whose text would stand before ours.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let found = std::panic::catch_unwind(bindgen::clang_version);
    std::panic::set_hook(hook);
    found.map(drop).map_err(|panic| {
        let reason = panic.downcast_ref::<String>().map_or("", String::as_str);
        format!(
            "can't load libclang, with which bindgen reads libsel4's headers\n\
             on Debian and Ubuntu: `apt-get install libclang-dev`; elsewhere: the package that has libclang.so\n\
             without root: `pip install libclang`, then set LIBCLANG_PATH to the folder `clang/native` of that package\n\
             where it is installed: set LIBCLANG_PATH to the folder that holds libclang.so\n{reason}"
        )
        .into()
    })
}
