//! Whether programs for cargo's target run on the platform.
//!
//! The check uses facts, not names: the architecture, the pointer width, the byte order and the
//! format of object files. So a custom target file is as good as a target that selfe's platforms
//! name.

use super::error::BuildScriptError;
use crate::arch::{RustArch, SeL4Arch};
use crate::model::contextualized::Contextualized;
use crate::platform::{PlatformArch, PlatformData, all};
use crate::value::SingleValue;
use std::collections::BTreeMap;

/// What cargo says about its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustTarget {
    /// `TARGET`: the triple, or the name of a target file without its extension.
    pub name: String,
    /// `CARGO_CFG_TARGET_ARCH`.
    pub arch: String,
    /// `CARGO_CFG_TARGET_POINTER_WIDTH`, in bits.
    pub pointer_width: String,
    /// `CARGO_CFG_TARGET_ENDIAN`.
    pub endian: String,
    /// `CARGO_CFG_TARGET_VENDOR`.
    pub vendor: String,
    /// `CARGO_CFG_TARGET_FAMILY`.
    pub family: String,
}

impl RustTarget {
    /// Cargo's target; none outside a build script.
    pub fn from_env() -> Option<Self> {
        let get = |name: &str| std::env::var(name).unwrap_or_default();
        Some(RustTarget {
            name: std::env::var("TARGET").ok().filter(|name| !name.is_empty())?,
            arch: get("CARGO_CFG_TARGET_ARCH"),
            pointer_width: get("CARGO_CFG_TARGET_POINTER_WIDTH"),
            endian: get("CARGO_CFG_TARGET_ENDIAN"),
            vendor: get("CARGO_CFG_TARGET_VENDOR"),
            family: get("CARGO_CFG_TARGET_FAMILY"),
        })
    }

    /// Rejects a target whose programs can't run on that kernel of that platform.
    ///
    /// # Errors
    /// The error says which platforms run the target, which targets the platform accepts and how to
    /// choose.
    pub fn check(&self, platform: &PlatformData, sel4_arch: SeL4Arch) -> Result<(), BuildScriptError> {
        match self.objection(platform, sel4_arch) {
            Some(objection) => Err(BuildScriptError::Pairing(self.advice(&objection, platform))),
            None => Ok(()),
        }
    }

    /// Rejects options of sel4.toml that give libsel4.a another ABI than the target's programs
    /// have.
    ///
    /// # Errors
    /// The error names the option and a target that fits.
    pub fn check_options(&self, config: &Contextualized, arch: &PlatformArch) -> Result<(), BuildScriptError> {
        let wanted = arch.target_options.get(&self.name).into_iter().flatten();
        for (option, value) in wanted {
            let Some(asked) = config.sel4_config.get(option).filter(|asked| *asked != value) else {
                continue;
            };
            let fits = |options: &&BTreeMap<String, SingleValue>| options.get(option) == Some(asked);
            let others = arch.target_options.iter().filter(|(_, options)| fits(options));
            let others: Vec<&str> = others.map(|(target, _)| target.as_str()).collect();
            return Err(BuildScriptError::Pairing(format!(
                "sel4.toml sets {option} = {asked}, and programs for the Rust target `{}` are linked only with {option} = {value}: the two \
                 pass floating-point numbers differently\nremove {option} from sel4.toml: it then follows from the target; or choose \
                 another target that fits: {}",
                self.name,
                others.join(", ")
            )));
        }
        Ok(())
    }

    fn objection(&self, platform: &PlatformData, sel4_arch: SeL4Arch) -> Option<String> {
        let name = &self.name;
        if !platform.sel4_arch.contains_key(&sel4_arch) {
            let known: Vec<&str> = platform.sel4_arch.keys().map(|arch| arch.as_str()).collect();
            let (platform, known) = (&platform.name, known.join(", "));
            return Some(format!(
                "the Rust target `{name}` makes programs for {}, which platform `{platform}` does not run: it runs {known}",
                self.arch
            ));
        }
        let width = sel4_arch.word_bits().to_string();
        if sel4_arch.rust_arch() != self.arch.parse::<RustArch>().ok()? {
            return Some(format!(
                "the Rust target `{name}` makes programs for {}, but the kernel is built for {sel4_arch}",
                self.arch
            ));
        }
        if self.pointer_width != width {
            return Some(format!(
                "the Rust target `{name}` has pointers of {} bits, but the {sel4_arch} kernel has pointers of {width} bits",
                self.pointer_width
            ));
        }
        if self.endian == "big" {
            return Some(format!(
                "the Rust target `{name}` is big-endian, but seL4's kernels are little-endian"
            ));
        }
        if self.vendor == "apple" || self.family.split(',').any(|family| family == "windows") {
            return Some(format!(
                "the Rust target `{name}` does not make ELF files, which seL4's library and kernel are"
            ));
        }
        None
    }

    /// The error with what to do about it.
    fn advice(&self, objection: &str, platform: &PlatformData) -> String {
        let name = &self.name;
        let names_it = |platform: &&PlatformData| {
            let mut targets = platform.sel4_arch.values().flat_map(|arch| &arch.rust_targets);
            targets.any(|target| target == name)
        };
        let runs_it = |platform: &&PlatformData| {
            let mut arches = platform.sel4_arch.keys();
            arches.any(|sel4_arch| self.objection(platform, *sel4_arch).is_none())
        };
        let mut others: Vec<&str> = all().iter().filter(names_it).map(|other| other.name.as_str()).collect();
        if others.is_empty() {
            others = all().iter().filter(runs_it).map(|other| other.name.as_str()).collect();
        }
        let mut lines = vec![objection.to_owned()];
        for (sel4_arch, arch) in platform
            .sel4_arch
            .iter()
            .filter(|(_, arch)| !arch.rust_targets.is_empty())
        {
            let (platform, targets) = (&platform.name, arch.rust_targets.join(", "));
            lines.push(format!("targets of `{platform}` for {sel4_arch}: {targets}"));
        }
        if others.is_empty() {
            lines.push("choose one of them: cargo build --target TARGET".to_owned());
        } else {
            lines.push(format!("platforms that run `{name}`: {}", others.join(", ")));
            lines.push("choose the target with cargo's --target, or the platform with SEL4_PLATFORM".to_owned());
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Arch, Document, Platform};
    use crate::platform::lookup;
    use snapbox::{IntoData, assert_data_eq, str};

    fn target(name: &str, arch: &str, pointer_width: &str) -> RustTarget {
        let text = str::to_owned;
        RustTarget {
            name: text(name),
            arch: text(arch),
            pointer_width: text(pointer_width),
            endian: text("little"),
            vendor: text("unknown"),
            family: text(""),
        }
    }

    fn refused(target: &RustTarget, platform: &str, sel4_arch: SeL4Arch) -> String {
        let platform = lookup(platform).unwrap();
        target.check(platform, sel4_arch).unwrap_err().to_string()
    }

    #[test]
    fn every_target_of_every_platform_is_taken() {
        for platform in all() {
            for (&sel4_arch, arch) in &platform.sel4_arch {
                let word = sel4_arch.rust_arch().as_str();
                let width = if word.ends_with("64") { "64" } else { "32" };
                for name in &arch.rust_targets {
                    target(name, word, width).check(platform, sel4_arch).unwrap();
                }
            }
        }
    }

    #[test]
    fn a_target_file_of_one_s_own_is_taken() {
        let own = target("my-kernel-tasks", "aarch64", "64");
        own.check(lookup("virt").unwrap(), SeL4Arch::Aarch64).unwrap();
    }

    #[test]
    fn another_family() {
        let arm = target("armv7a-none-eabihf", "arm", "32");
        assert_data_eq!(
            refused(&arm, "pc99", SeL4Arch::Aarch32),
            str![[r#"
the Rust target `armv7a-none-eabihf` makes programs for arm, which platform `pc99` does not run: it runs ia32, x86_64
targets of `pc99` for ia32: i686-unknown-linux-gnu
targets of `pc99` for x86_64: x86_64-unknown-linux-gnu, x86_64-unknown-none
platforms that run `armv7a-none-eabihf`: sabre, virt, zynq7000
choose the target with cargo's --target, or the platform with SEL4_PLATFORM
"#]]
            .raw()
        );
    }

    #[test]
    fn a_32_bit_program_on_a_64_bit_kernel() {
        let arm = target("armv7a-none-eabi", "arm", "32");
        let text = refused(&arm, "virt", SeL4Arch::Aarch64);
        assert!(text.contains("`armv7a-none-eabi` makes programs for arm, but the kernel is built for aarch64"));
        let x32 = target("x86_64-unknown-linux-gnux32", "x86_64", "32");
        let text = refused(&x32, "pc99", SeL4Arch::X86_64);
        assert!(text.contains("has pointers of 32 bits, but the x86_64 kernel has pointers of 64 bits"));
        assert!(!text.contains("platforms that run"));
    }

    #[test]
    fn a_library_of_another_abi() {
        let text = "[sel4]\nkernel = { path = 'k' }\ntools = { path = 't' }\nutil_libs = { path = 'u' }\n\
                    [sel4.config]\nKernelRiscvExtF = true\n[build.spike]\n";
        let spike = Platform("spike".to_owned());
        let document = Document::parse(text, None).unwrap();
        let config = document
            .contextualize(Arch::Riscv, SeL4Arch::Riscv64, true, &spike)
            .unwrap();
        let arch = &lookup("spike").unwrap().sel4_arch[&SeL4Arch::Riscv64];
        let gc = target("riscv64gc-unknown-none-elf", "riscv64", "64");
        gc.check_options(&config, arch).unwrap();
        let imac = target("riscv64imac-unknown-none-elf", "riscv64", "64");
        assert_data_eq!(
            imac.check_options(&config, arch).unwrap_err().to_string(),
            str![[r#"
sel4.toml sets KernelRiscvExtF = ON, and programs for the Rust target `riscv64imac-unknown-none-elf` are linked only with KernelRiscvExtF = OFF: the two pass floating-point numbers differently
remove KernelRiscvExtF from sel4.toml: it then follows from the target; or choose another target that fits: riscv64gc-unknown-none-elf
"#]]
            .raw()
        );
    }

    #[test]
    fn another_format_or_byte_order() {
        let mut mac = target("aarch64-apple-darwin", "aarch64", "64");
        "apple".clone_into(&mut mac.vendor);
        assert!(refused(&mac, "virt", SeL4Arch::Aarch64).contains("does not make ELF files"));
        let mut big = target("aarch64_be-unknown-none", "aarch64", "64");
        "big".clone_into(&mut big.endian);
        assert!(refused(&big, "virt", SeL4Arch::Aarch64).contains("is big-endian"));
    }
}
