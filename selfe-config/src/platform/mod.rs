//! Platforms: what selfe knows about each board, as data.
//!
//! Each file of `platforms/` is one platform; [`PlatformData`] is their form. A user's sel4.toml
//! may add one, or replace one of these, as `[platform.NAME]`.
//!
//! # Rust targets
//!
//! `selfe platforms` lists those of each platform. Each works with stable Rust, with the library
//! from:
//!
//! | Rust target | sel4_arch | library |
//! | --- | --- | --- |
//! | `x86_64-unknown-linux-gnu` | x86_64 | `rustup target add`, or the host's own |
//! | `x86_64-unknown-none` | x86_64 | `rustup target add` |
//! | `i686-unknown-linux-gnu` | ia32 | `rustup target add` |
//! | `aarch64-unknown-none` | aarch64 | `rustup target add` |
//! | `aarch64-unknown-linux-gnu` | aarch64 | `rustup target add` or `cargo xbuild` |
//! | `armv7a-none-eabi` | aarch32, arm_hyp | `rustup target add` |
//! | `armv7a-none-eabihf` | aarch32, arm_hyp | `rustup target add` |
//! | `armv7-unknown-linux-gnueabihf` | aarch32, arm_hyp | `rustup target add` or `cargo xbuild` |
//! | `riscv64gc-unknown-none-elf` | riscv64 | `rustup target add` |
//! | `riscv64imac-unknown-none-elf` | riscv64 | `rustup target add` |
//! | `riscv32imac-unknown-none-elf` | riscv32 | `rustup target add` |
//!
//! `cargo xbuild`, an alias for `cargo build -Zbuild-std=core,alloc,compiler_builtins`, compiles
//! the library itself and works for all of them. It needs a nightly toolchain with `rust-src`, or a
//! distribution's Rust with the library's source.
//!
//! A target that is not in the table, or a target file of your own, works if its architecture,
//! pointer width and byte order are the kernel's and it makes ELF files. On RISC-V, `riscv64gc` and
//! `riscv64imac` programs need different builds of libsel4.a: the kernel's options
//! `KernelRiscvExtD` and `KernelRiscvExtF` follow from cargo's target. `selfe build` does not know
//! that target: for `riscv64imac`, set both to `false` in sel4.toml.
//!
//! # A board that selfe does not know
//!
//! You can add any board that the kernel supports in sel4.toml. Only `image` and one `sel4_arch`
//! are required; a board without `simulate` can be built for but not simulated.
//!
//! ```
//! # use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
//! # fn main() -> Result<(), selfe_config::model::ImportError> {
//! let sel4_toml = r#"
//! [sel4]
//! kernel = { git = "https://github.com/seL4/seL4", tag = "16.0.0" }
//! tools = { git = "https://github.com/seL4/seL4_tools", rev = "21d3f19e3311345bd47e0a15023e41abe80ff3b9" }
//! util_libs = { git = "https://github.com/seL4/util_libs", rev = "c8f9ea7c0ea390e3d82049de4125fe553a76ed1e" }
//!
//! [build.odroidc2]
//!
//! [platform.odroidc2]
//! description = "Hardkernel ODROID-C2"
//! image = "elfloader"
//!
//! [platform.odroidc2.options]
//! KernelPlatform = "odroidc2"
//! ElfloaderImage = "binary"
//!
//! [platform.odroidc2.sel4_arch.aarch64]
//! rust_targets = ["aarch64-unknown-none"]
//! cross_compiler_prefix = "aarch64-linux-gnu-"
//!
//! [platform.odroidc2.sel4_arch.aarch64.options]
//! KernelSel4Arch = "aarch64"
//! "#;
//! let document = Document::parse(sel4_toml, None)?;
//! let name = Platform("odroidc2".to_owned());
//! let config = document.contextualize(Arch::Arm, SeL4Arch::Aarch64, true, &name)?;
//! assert_eq!(config.context.platform, name);
//! assert_eq!(document.platform(&name)?.options["KernelPlatform"].to_string(), "odroidc2");
//! # Ok(())
//! # }
//! ```

mod data;
mod derived;

pub use data::{CpuFeature, ImageKind, PlatformArch, PlatformData, QemuMachine};
pub use derived::derived;

use std::sync::OnceLock;

/// Every platform's name and file, by name: the files of `platforms/`.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/platforms.rs"));

/// Every platform of selfe's own, by name.
pub fn all() -> &'static [PlatformData] {
    static ALL: OnceLock<Vec<PlatformData>> = OnceLock::new();
    // The files are part of the program, and a test reads each of them: a file that can't be read
    // fails there.
    ALL.get_or_init(|| {
        FILES
            .iter()
            .filter_map(|(name, text)| PlatformData::parse(name, text).ok())
            .collect()
    })
}

/// The platform of that name or alias.
pub fn lookup(name: &str) -> Option<&'static PlatformData> {
    all()
        .iter()
        .find(|platform| platform.name == name || platform.aliases.iter().any(|alias| alias == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::SeL4Arch;

    #[test]
    fn every_file_is_read_and_whole() {
        for (name, text) in FILES {
            let platform = PlatformData::parse(name, text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(
                platform.options.contains_key("KernelPlatform"),
                "{name} names no KernelPlatform"
            );
            assert!(!platform.description.is_empty(), "{name} has no description");
            assert!(!platform.sel4_arch.is_empty(), "{name} has no sel4_arch");
            for (sel4_arch, arch) in &platform.sel4_arch {
                assert!(
                    !arch.rust_targets.is_empty(),
                    "{name} has no Rust target for {sel4_arch}"
                );
                let option = arch.options.get("KernelSel4Arch").map(ToString::to_string);
                assert_eq!(
                    option.as_deref(),
                    Some(sel4_arch.as_str()),
                    "{name}: KernelSel4Arch for {sel4_arch}"
                );
                if let Some(simulate) = &arch.simulate {
                    assert!(simulate.qemu.starts_with("qemu-system-"), "{name}: {}", simulate.qemu);
                }
            }
        }
        assert_eq!(all().len(), FILES.len());
    }

    #[test]
    fn the_table_of_rust_targets_is_what_the_files_say() {
        use std::collections::{BTreeMap, BTreeSet};
        let mut expected: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (sel4_arch, arch) in all().iter().flat_map(|platform| &platform.sel4_arch) {
            for target in &arch.rust_targets {
                expected.entry(target).or_default().insert(sel4_arch.as_str());
            }
        }
        let rows = include_str!("mod.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | `"));
        let documented: BTreeMap<_, _> = rows
            .map(|row| {
                let cells: Vec<&str> = row.split('|').map(str::trim).collect();
                (cells[0].trim_end_matches('`'), cells[1].split(", ").collect())
            })
            .collect();
        assert_eq!(documented, expected);
    }

    #[test]
    fn names_and_aliases_are_unambiguous() {
        let mut names: Vec<&str> = all().iter().map(|platform| platform.name.as_str()).collect();
        names.extend(all().iter().flat_map(|platform| &platform.aliases).map(String::as_str));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(
            lookup("qemu-arm-virt").map(|platform| platform.name.as_str()),
            Some("virt")
        );
        assert!(lookup("nosuchboard").is_none());
    }

    #[test]
    fn at_most_one_default_for_a_sel4_arch() {
        for &sel4_arch in SeL4Arch::ALL {
            let defaults = all()
                .iter()
                .filter(|p| p.sel4_arch.get(&sel4_arch).is_some_and(|a| a.default_for_target));
            assert!(defaults.count() <= 1, "{sel4_arch}");
        }
        for (platform, sel4_arch) in [("pc99", SeL4Arch::X86_64), ("sabre", SeL4Arch::Aarch32)] {
            assert!(
                lookup(platform).unwrap().sel4_arch[&sel4_arch].default_for_target,
                "{platform}"
            );
        }
    }
}
