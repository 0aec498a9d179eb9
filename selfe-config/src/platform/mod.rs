//! Platforms: what selfe knows about each board, as data.
//!
//! Each file of `platforms/` is one platform; [`PlatformData`] is their form. A user's sel4.toml may add one, or replace one of
//! these, as `[platform.NAME]`.

mod data;
mod derived;

pub use data::{CpuFeature, ImageKind, PlatformArch, PlatformData, Simulate};
pub use derived::derived;

use crate::names::SeL4Arch;
use std::sync::OnceLock;

/// Every platform file: its name and its text.
const FILES: &[(&str, &str)] = &[
    ("hifive", include_str!("../../platforms/hifive.toml")),
    ("imx8mm-evk", include_str!("../../platforms/imx8mm-evk.toml")),
    ("odroidc4", include_str!("../../platforms/odroidc4.toml")),
    ("pc99", include_str!("../../platforms/pc99.toml")),
    ("qemu-riscv-virt", include_str!("../../platforms/qemu-riscv-virt.toml")),
    ("rpi4", include_str!("../../platforms/rpi4.toml")),
    ("sabre", include_str!("../../platforms/sabre.toml")),
    ("spike", include_str!("../../platforms/spike.toml")),
    ("tx1", include_str!("../../platforms/tx1.toml")),
    ("virt", include_str!("../../platforms/virt.toml")),
    ("zynq7000", include_str!("../../platforms/zynq7000.toml")),
    ("zynqmp", include_str!("../../platforms/zynqmp.toml")),
];

/// Every platform that selfe comes with, by name.
pub fn all() -> &'static [PlatformData] {
    static ALL: OnceLock<Vec<PlatformData>> = OnceLock::new();
    // The files are part of the program, and a test reads each of them: one that can't be read never leaves the house.
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

/// The platform for a program of that architecture where the user names none.
pub fn default_for(sel4_arch: SeL4Arch) -> Option<&'static PlatformData> {
    all().iter().find(|platform| {
        platform
            .sel4_arch
            .get(&sel4_arch)
            .is_some_and(|arch| arch.default_for_target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_whole() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("platforms");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(files, FILES.len(), "a file of platforms/ is missing from FILES");
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
                    Some(sel4_arch.word()),
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
        assert_eq!(
            default_for(SeL4Arch::X86_64).map(|platform| platform.name.as_str()),
            Some("pc99")
        );
        assert_eq!(
            default_for(SeL4Arch::Aarch32).map(|platform| platform.name.as_str()),
            Some("sabre")
        );
    }
}
