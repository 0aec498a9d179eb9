//! Every item of the kernel's headers is in selfe-sys or in the list of exceptions below, with a
//! reason. Every function that selfe-sys declares or defines inline is in libsel4.a, and the other
//! way round.

use object::{Object, ObjectSymbol};
use selfe_binding_tests::{bindings, headers, manifest, rust_items, sources, target};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What selfe-sys leaves out, and why. A `*` stands for any suffix.
const LEFT_OUT: &[(&str, &[&str])] = &[
    (
        "of C's library, not of libsel4",
        &["__assert_fail", "strcpy", "uint8_t", "uint16_t", "uint32_t", "uint64_t"],
    ),
    (
        "an assertion of the headers, written as a type",
        &["__assert_failed_*", "__type_*"],
    ),
    ("makes an enum as wide as a word; no value of it", &["_enum_pad_*"]),
    (
        "thread-local, which Rust can't declare; seL4_SetIPCBuffer and seL4_SetPrintError set them",
        &["__sel4_ipc_buffer", "__sel4_print_error"],
    ),
    (
        "a choice as a bare word; CONFIG_… of each chosen value is bound, and selfe_sys::kernel has the strings",
        &[
            "CONFIG_ARCH",
            "CONFIG_SEL4_ARCH",
            "CONFIG_PLAT",
            "CONFIG_KERNEL_BENCHMARK",
            "CONFIG_KERNEL_FSGS_BASE",
            "CONFIG_KERNEL_IRQ_CONTROLLER",
            "CONFIG_KERNEL_LAPIC_MODE",
            "CONFIG_KERNEL_MUTLTIBOOT_GFX_MODE",
            "CONFIG_KERNEL_OPT_LEVEL",
            "CONFIG_KERNEL_X86_FPU",
            "CONFIG_KERNEL_X86_IBRS",
            "CONFIG_KERNEL_X86_MICRO_ARCH",
            "CONFIG_KERNEL_X86_SYSCALL",
            "CONFIG_KERNEL_XSAVE",
            "CONFIG_LIB_SEL4_FUNCTION_ATTRIBUTE",
        ],
    ),
    (
        "an attribute of C's compiler",
        &[
            "CONST",
            "PURE",
            "SEL4_PACKED",
            "SEL4_DEPRECATED",
            "SEL4_DEPRECATE_MACRO",
            "LIBSEL4_UNUSED",
            "LIBSEL4_WEAK",
            "LIBSEL4_NOINLINE",
            "LIBSEL4_INLINE",
            "LIBSEL4_INLINE_FUNC",
            "LIBSEL4_THREAD_LOCAL",
        ],
    ),
    (
        "part of a C declaration",
        &[
            "SEL4_FORCE_LONG_ENUM",
            "MCS_COND",
            "MCS_REPLY",
            "MCS_REPLY_DECL",
            "MCS_PARAM",
            "MCS_PARAM_DECL",
            "LIBSEL4_MCS_REPLY",
        ],
    ),
    (
        "an assertion while C compiles; Rust has `const { assert!(…) }`",
        &[
            "SEL4_COMPILE_ASSERT",
            "SEL4_SIZE_SANITY",
            "seL4_CompileTimeAssert",
            "seL4_integer_size_assert",
            "assert_size_correct",
        ],
    ),
    (
        "an assertion while C runs; Rust has `assert!`, `debug_assert!` and `panic!`",
        &["seL4_Assert", "seL4_DebugAssert", "seL4_Fail"],
    ),
    (
        "printf's format of a type",
        &["SEL4_PRI*", "_seL4_int64_fmt", "_seL4_word_fmt", "_macro_str_concat*"],
    ),
    (
        "a type spelled as a macro; seL4_Int8 and so on are bound",
        &[
            "_seL4_int8_type",
            "_seL4_int16_type",
            "_seL4_int32_type",
            "_seL4_int64_type",
        ],
    ),
    (
        "the bare trap into the kernel; the system calls are made of these",
        &["x64_sys_*", "x86_sys_*", "arm_sys_*", "riscv_sys_*"],
    ),
];

/// Macros that use names which exist only with some kernel options.
const WHERE_CONFIGURED: &[&str] = &["SEL4_VMENTER_RESULT_FAULT_LEN"];

/// Variables of libsel4.a itself, which are in `LEFT_OUT`, and one that no header declares.
const UNDECLARED: &[&str] = &["__sel4_ipc_buffer", "__sel4_print_error", "bootinfo"];

fn is_left_out(name: &str) -> bool {
    LEFT_OUT
        .iter()
        .flat_map(|(_, patterns)| *patterns)
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *pattern,
        })
}

fn names() -> rust_items::Names {
    let files = sources();
    rust_items::read(files.iter().map(|file| file.as_path())).unwrap()
}

#[test]
fn every_item_of_the_headers_is_bound_or_left_out_for_a_reason() {
    let arguments = target::clang_arguments(&manifest().unwrap(), bindings());
    let items = headers::list(&bindings().join("libsel4.h"), &arguments).unwrap();
    assert!(
        items.len() > 500,
        "libclang found only {} items in the headers",
        items.len()
    );
    let names = names();
    let is_out = |name: &str| is_left_out(name) || WHERE_CONFIGURED.contains(&name);
    let missing = items
        .iter()
        .filter(|(name, _)| !names.all.contains(*name) && !is_out(name));
    let missing: Vec<String> = missing
        .map(|(name, (kind, file))| format!("{kind:?} {name} ({file})"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} of the headers' {} items are not in selfe-sys. Supply them in selfe-sys/src/libsel4, or give a reason in LEFT_OUT:\n{}",
        missing.len(),
        items.len(),
        missing.join("\n")
    );
}

/// Headers that selfe-sys does not have to include.
const HEADERS_LEFT_OUT: &[&str] = &[
    // One of each pair is included, depending on the kernel's options.
    "syscalls_mcs.h",
    "syscalls_master.h",
    "syscalls_syscall.h",
    "syscalls_sysenter.h",
    // Empty.
    "pfIPC.h",
    "exIPC.h",
];

#[test]
fn every_header_is_read() {
    let manifest = manifest().unwrap();
    let arguments = target::clang_arguments(&manifest, bindings());
    let read = headers::files(&bindings().join("libsel4.h"), &arguments).unwrap();
    let read: BTreeSet<PathBuf> = read
        .iter()
        .filter_map(|file| Path::new(file).canonicalize().ok())
        .collect();
    let mut all = Vec::new();
    for dir in &manifest.include_dirs {
        find_headers(dir, &mut all);
    }
    let is_left_out = |file: &PathBuf| {
        file.file_name()
            .is_some_and(|name| HEADERS_LEFT_OUT.iter().any(|left| name == *left))
    };
    let missing: Vec<&PathBuf> = all
        .iter()
        .filter(|file| !read.contains(*file) && !is_left_out(file))
        .collect();
    assert!(missing.is_empty(), "selfe-sys does not read {missing:#?}");
}

fn find_headers(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_headers(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "h") {
            found.push(path.canonicalize().unwrap());
        }
    }
}

#[test]
fn nothing_is_both_bound_and_left_out() {
    let names = names();
    let both: Vec<&String> = names.all.iter().filter(|name| is_left_out(name)).collect();
    assert!(both.is_empty(), "LEFT_OUT names what selfe-sys has: {both:?}");
}

/// Files of inline functions that selfe-sys's build script writes.
const INLINE: &[&str] = &["bitfields.rs", "invocations.rs"];

/// The compiler checks the other direction: see `signatures` in `api.rs`.
#[test]
fn what_is_written_as_inline_rust_is_in_the_library_too() {
    let read = |file: &str| rust_items::read([&*bindings().join(file)]).unwrap();
    let in_c = read("c.rs").external;
    for file in INLINE {
        let inline = read(file).all;
        assert!(inline.len() > 50, "{file} has only {}", inline.len());
        let missing: Vec<&String> = inline.difference(&in_c).collect();
        assert!(missing.is_empty(), "{file} has what libsel4.a has not: {missing:?}");
    }
}

#[test]
fn the_declared_functions_are_those_of_the_library() {
    let library = manifest().unwrap().libsel4;
    let data = std::fs::read(&library).unwrap();
    let archive = object::read::archive::ArchiveFile::parse(&*data).unwrap();
    let mut symbols = BTreeSet::new();
    for member in archive.members() {
        let object = object::File::parse(member.unwrap().data(&*data).unwrap()).unwrap();
        let defined = object
            .symbols()
            .filter(|symbol| symbol.is_definition() && symbol.is_global());
        symbols.extend(defined.filter_map(|symbol| symbol.name().ok().map(str::to_owned)));
    }
    let names = names();
    let missing: Vec<&String> = names.external.iter().filter(|name| !symbols.contains(*name)).collect();
    assert!(missing.is_empty(), "{} has none of {missing:?}", library.display());
    let unbound: Vec<&String> = symbols
        .iter()
        .filter(|name| !names.all.contains(*name) && !UNDECLARED.contains(&name.as_str()))
        .collect();
    assert!(
        unbound.is_empty(),
        "selfe-sys does not declare {unbound:?} of {}",
        library.display()
    );
}
