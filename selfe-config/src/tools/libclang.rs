//! Finding libclang as bindgen will: no program, but a library that it loads.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders in which a system keeps libraries of that kind; `*` stands for any name.
const FOLDERS: &[&str] = &[
    "/usr/lib/llvm-*/lib",
    "/usr/lib/llvm*/lib64",
    "/usr/lib64/llvm*/lib64",
    "/usr/lib/*-linux-gnu*",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/local/opt/llvm*/lib",
    "/opt/homebrew/opt/llvm*/lib",
    "/Library/Developer/CommandLineTools/usr/lib",
];

/// The library's file: in `LIBCLANG_PATH` if that is set, else where the system keeps it.
pub fn find() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("LIBCLANG_PATH").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return if path.is_file() { Some(path) } else { in_folder(&path) };
    }
    let loader = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]
        .into_iter()
        .filter_map(std::env::var_os);
    let mut folders: Vec<PathBuf> = loader
        .flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>())
        .collect();
    folders.extend(llvm_config());
    folders.extend(FOLDERS.iter().flat_map(|pattern| expand(pattern)));
    folders.iter().find_map(|folder| in_folder(folder))
}

fn llvm_config() -> Option<PathBuf> {
    let output = std::process::Command::new(which::which("llvm-config").ok()?)
        .arg("--libdir")
        .output()
        .ok()?;
    Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| is_libclang(&name.to_string_lossy()))
        })
        .collect();
    found.sort();
    found.pop()
}

fn is_libclang(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("libclang") else {
        return false;
    };
    // libclang-cpp is another library.
    let rest = rest
        .strip_prefix('-')
        .unwrap_or(rest)
        .trim_start_matches(|c: char| c.is_ascii_digit());
    rest == ".so" || rest.starts_with(".so.") || rest == ".dylib"
}

/// The folders that a pattern stands for; its last `*` may stand anywhere in one path component.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        if !part.contains('*') {
            paths.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let names = paths
            .iter()
            .filter_map(|path| fs::read_dir(path).ok())
            .flatten()
            .flatten();
        paths = names
            .filter(|entry| matches(part, &entry.file_name().to_string_lossy()))
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths.reverse();
    }
    paths
}

fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let mut parts = pattern.split('*');
    let Some(after_first) = rest.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    rest = after_first;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || pattern.ends_with('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_libclang_from_its_neighbours() {
        for name in [
            "libclang.so",
            "libclang.so.1",
            "libclang-14.so.14.0.6",
            "libclang-14.so.1",
            "libclang.dylib",
        ] {
            assert!(is_libclang(name), "{name}");
        }
        for name in [
            "libclang-cpp.so.14",
            "libclangAST.a",
            "libclang.a",
            "libclang_rt.so",
            "libLLVM.so",
        ] {
            assert!(!is_libclang(name), "{name}");
        }
    }

    #[test]
    fn a_star_stands_for_any_name() {
        assert!(matches("llvm-*", "llvm-14"));
        assert!(matches("*-linux-gnu*", "arm-linux-gnueabihf"));
        assert!(!matches("llvm-*", "llvm"));
    }
}
