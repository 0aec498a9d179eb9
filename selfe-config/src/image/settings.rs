//! The settings of the kernel's build that the loader's CMake project needs, as a file for cmake's
//! `-C`.
//!
//! The elfloader is written as a part of the kernel's CMake project and reads its settings. selfe
//! builds it separately, so that a kernel is never rebuilt because of the loader; so the settings
//! are passed on.

use crate::options::cmake_cache::CMakeCache;
use std::fmt::Write;

/// CMake's own settings that apply to the loader too: the compiler and its flags.
const KEPT: &[&str] = &[
    "CMAKE_TOOLCHAIN_FILE",
    "CMAKE_BUILD_TYPE",
    "CMAKE_C_FLAGS",
    "CMAKE_ASM_FLAGS",
];

/// Suffixes of names that belong to the kernel's CMake project and mean nothing in another.
const OF_THE_PROJECT: &[&str] = &["_BINARY_DIR", "_SOURCE_DIR", "_IS_TOP_LEVEL", "_LIB_DEPENDS"];

/// The settings of a kernel's build tree, as CMake commands.
pub(crate) fn commands(cache: &CMakeCache) -> String {
    let mut text = String::new();
    for (name, entry) in cache.entries().filter(|(name, _)| is_handed_on(name)) {
        // Writing to a String never fails.
        let _ = writeln!(text, "set({name} [==[{}]==] CACHE INTERNAL \"\")", entry.value);
    }
    text
}

fn is_handed_on(name: &str) -> bool {
    if name.starts_with("CMAKE_") {
        return KEPT.contains(&name);
    }
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word && !name.starts_with("FIND_PACKAGE") && !OF_THE_PROJECT.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_settings_are_handed_on_and_cmake_s_own_are_not() {
        let cache = CMakeCache::parse(
            "KernelArch:STRING=arm\nKernelArch-STRINGS:INTERNAL=arm;x86\nCMAKE_LINKER:FILEPATH=/bin/ld\n\
             CMAKE_C_FLAGS:UNINITIALIZED=-mtp=soft\nseL4_BINARY_DIR:STATIC=/b\nBASE_C_FLAGS:INTERNAL=' -march=armv8-a '\n",
        );
        assert_eq!(
            commands(&cache),
            "set(BASE_C_FLAGS [==[ -march=armv8-a ]==] CACHE INTERNAL \"\")\n\
             set(CMAKE_C_FLAGS [==[-mtp=soft]==] CACHE INTERNAL \"\")\n\
             set(KernelArch [==[arm]==] CACHE INTERNAL \"\")\n"
        );
    }
}
