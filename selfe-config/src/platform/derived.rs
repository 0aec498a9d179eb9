//! A board that only sel4.toml's kernel options describe.
//!
//! A file written for selfe 0.1 may set up any board that the kernel supports: its options name the
//! kernel's platform, which is enough to build for it.

use super::{ImageKind, PlatformArch, PlatformData};
use crate::arch::{Arch, SeL4Arch};
use crate::value::SingleValue;
use std::collections::BTreeMap;

/// The options that name the kernel's platform; the current name first.
const NAMES: &[&str] = &[
    "KernelPlatform",
    "KernelARMPlatform",
    "KernelRiscVPlatform",
    "KernelX86Platform",
];

/// The board of that name, if its kernel options name the kernel's platform.
pub fn derived(name: &str, options: &BTreeMap<String, SingleValue>) -> Option<PlatformData> {
    let kernel_platform = NAMES.iter().find_map(|option| options.get(*option))?.clone();
    // All x86 machines are one platform of the kernel, and the only one without the elfloader.
    let is_x86 = kernel_platform.to_string() == "pc99";
    let runs = SeL4Arch::ALL
        .iter()
        .filter(|sel4_arch| (sel4_arch.arch() == Arch::X86) == is_x86);
    let arch = |sel4_arch: &SeL4Arch| PlatformArch {
        options: [("KernelSel4Arch".to_owned(), SingleValue::String(sel4_arch.to_string()))].into(),
        rust_targets: Vec::new(),
        target_options: BTreeMap::new(),
        cross_compiler_prefix: None,
        opensbi: None,
        default_for_target: false,
        simulate: None,
    };
    Some(PlatformData {
        name: name.to_owned(),
        description: "described by its kernel options in sel4.toml".to_owned(),
        aliases: Vec::new(),
        since: None,
        options: [("KernelPlatform".to_owned(), kernel_platform)].into(),
        image: if is_x86 {
            ImageKind::Multiboot
        } else {
            ImageKind::Elfloader
        },
        sel4_arch: runs.map(|sel4_arch| (*sel4_arch, arch(sel4_arch))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_name_the_kernel_s_platform_are_enough() {
        let options = |option: &str| [(option.to_owned(), SingleValue::String("hikey".to_owned()))].into();
        for option in ["KernelPlatform", "KernelARMPlatform"] {
            let board = derived("my-board", &options(option)).unwrap();
            assert_eq!(board.options["KernelPlatform"].to_string(), "hikey");
            assert_eq!(board.image, ImageKind::Elfloader);
            assert!(board.sel4_arch.contains_key(&SeL4Arch::Aarch64));
            assert!(!board.sel4_arch.contains_key(&SeL4Arch::X86_64));
        }
        assert_eq!(derived("my-board", &options("KernelPrinting")), None);
    }
}
