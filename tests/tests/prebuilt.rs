//! selfe-runtime has everything that Rust's prebuilt libraries expect from a C library.

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use selfe_tests::{root, skip};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What selfe-runtime has for targets named after an operating system, by the file in
/// `selfe-runtime/shims`.
const SUPPLIED: &[(&str, &[&str])] = &[
    ("memory.c", &["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"]),
    (
        "hosted.c",
        &[
            "rust_eh_personality",
            "_Unwind_Resume",
            "getauxval",
            "__aeabi_unwind_cpp_pr0",
            "__aeabi_unwind_cpp_pr1",
            "__aeabi_unwind_cpp_pr2",
        ],
    ),
];

/// The libraries of a program without the standard library.
const LIBRARIES: &[&str] = &["libcore-", "liballoc-", "libcompiler_builtins-"];

/// The folders with this compiler's prebuilt libraries, with the targets' names.
fn targets() -> Vec<(String, PathBuf)> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().unwrap();
    let targets = Path::new(String::from_utf8(output.stdout).unwrap().trim()).join("lib/rustlib");
    let folders = std::fs::read_dir(targets).unwrap().map(|entry| entry.unwrap());
    let named = folders.map(|entry| (entry.file_name().into_string().unwrap(), entry.path().join("lib")));
    let on_sel4 = |name: &str| {
        ["x86_64-", "i686-", "aarch64-", "arm", "riscv"]
            .iter()
            .any(|arch| name.starts_with(arch))
    };
    let of_elf = |name: &str| name.contains("-linux-gnu") || name.contains("-none");
    named
        .filter(|(name, libraries)| on_sel4(name) && of_elf(name) && libraries.is_dir())
        .collect()
}

/// The symbols that a target's libraries need and none of them has, except for those that the
/// compiler and the linker make for each program.
fn asked_for(libraries: &Path) -> BTreeSet<String> {
    let (mut undefined, mut defined) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(libraries).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if !name.ends_with(".rlib") || !LIBRARIES.iter().any(|library| name.starts_with(library)) {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        let archive = ArchiveFile::parse(&*bytes).unwrap();
        for member in archive.members().map(|member| member.unwrap()) {
            let Ok(file) = object::File::parse(member.data(&*bytes).unwrap()) else {
                assert_eq!(member.name(), b"lib.rmeta", "{name}");
                continue;
            };
            for symbol in file.symbols().filter(|symbol| symbol.is_global()) {
                let name = symbol.name().unwrap().to_owned();
                if symbol.is_undefined() {
                    undefined.insert(name);
                } else {
                    defined.insert(name);
                }
            }
        }
    }
    let of_rust = |name: &String| {
        ["_R", "_ZN", "__rust", "rust_begin", "_GLOBAL_OFFSET_TABLE_"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    undefined.retain(|name| !name.is_empty() && !of_rust(name) && !defined.contains(name));
    undefined
}

#[test]
fn what_a_prebuilt_library_asks_for_is_supplied() {
    let targets = targets();
    if targets.is_empty() {
        return skip(
            "prebuilt::what_a_prebuilt_library_asks_for_is_supplied",
            "no prebuilt library of a target for seL4",
        );
    }
    let all: BTreeSet<&str> = SUPPLIED.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for (target, libraries) in targets {
        let asked = asked_for(&libraries);
        if target.contains("-none") {
            // They have memory functions of their own, and ours are not linked.
            let own = asked.iter().filter(|name| SUPPLIED[0].1.contains(&name.as_str()));
            assert_eq!(own.count(), 0, "{target} asks for {asked:?}");
        } else {
            assert!(asked.contains("memcpy"), "{target} asks for {asked:?}");
        }
        let missing: Vec<_> = asked.iter().filter(|name| !all.contains(name.as_str())).collect();
        assert!(
            missing.is_empty(),
            "{target} asks for {missing:?}, which selfe-runtime does not have"
        );
    }
}

#[test]
fn the_shims_have_what_is_supplied() {
    for (file, names) in SUPPLIED {
        let path = root().join("selfe-runtime/shims").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        for name in *names {
            let has_weak = text.lines().any(|line| {
                let weak = line.starts_with("WEAK ") || line.starts_with("__attribute__((weak)) ");
                weak && (line.contains(&format!(" {name}(")) || line.contains(&format!("*{name}(")))
            });
            assert!(has_weak, "{} has no weak {name}", path.display());
        }
    }
}
