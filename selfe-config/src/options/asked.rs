//! The options that the kernel is configured with, and where each came from.
//!
//! The options of every build come first, then those of the kernel's release, then the platform's,
//! then sel4.toml's; a later one overrides an earlier one. Options that have another name in the
//! kernel's release are translated.

use super::renamed::translate;
use super::report::{OptionReport, Verdict};
use crate::model::contextualized::{AskedAt, Contextualized};
use crate::model::{ImportError, SingleValue};
use crate::platform::{PlatformArch, PlatformData};
use crate::release::Release;
use crate::tools::MissingTool;
use crate::tools::compiler::{Compiler, choose};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Where an option came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// selfe sets it for every kernel.
    Selfe,
    /// The kernel's release needs it.
    Release,
    /// The platform's data.
    Platform,
    /// The verified configuration that sel4.toml starts from.
    Verified,
    /// sel4.toml.
    Sel4Toml,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Origin::Selfe => "selfe",
            Origin::Release => "release",
            Origin::Platform => "platform",
            Origin::Verified => "verified",
            Origin::Sel4Toml => "sel4.toml",
        })
    }
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelOption {
    /// The value.
    pub value: SingleValue,
    /// Where it came from.
    pub origin: Origin,
}

/// Every option by name, and reports about those with former names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KernelOptions {
    /// The options.
    pub options: BTreeMap<String, KernelOption>,
    /// Each option of sel4.toml that has another name in this release, or was replaced by another
    /// option.
    pub translated: Vec<OptionReport>,
}

impl KernelOptions {
    /// Whether sel4.toml sets that option, under this name or a former one.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.options
            .get(name)
            .is_some_and(|option| option.origin == Origin::Sel4Toml)
    }

    /// File, line and column of an option in sel4.toml; none if the configuration is not from a
    /// file.
    pub(crate) fn place(&self, name: &str, asked_at: &AskedAt) -> Option<String> {
        let older = self.former(name).and_then(|former| asked_at.place(former));
        asked_at.place(name).or(older)
    }

    /// The name of another release under which sel4.toml sets an option.
    pub fn former(&self, name: &str) -> Option<&str> {
        let mut reports = self.translated.iter();
        let found = reports.find(|report| match &report.verdict {
            Verdict::Renamed { to, instead: None, .. } => to == name,
            _ => false,
        });
        found.map(|report| report.name.as_str())
    }

    /// A report with the place of the option.
    pub(crate) fn describe(&self, report: &OptionReport, asked_at: &AskedAt) -> String {
        match self.place(&report.name, asked_at) {
            Some(place) => format!("{place}: {report}"),
            None => report.to_string(),
        }
    }

    /// Records the compiler that was found, which may not be the platform's usual one.
    pub fn use_compiler(&mut self, compiler: &Compiler) {
        let mut put = |name: &str, value: Option<&str>| match value {
            Some(value) => {
                let value = SingleValue::String(value.to_owned());
                let origin = Origin::Selfe;
                self.options.insert(name.to_owned(), KernelOption { value, origin });
            }
            None => drop(self.options.remove(name)),
        };
        put("CROSS_COMPILER_PREFIX", compiler.prefix.as_deref());
        if let Some(clang) = &compiler.clang {
            put("TRIPLE", Some(clang.target));
            if !clang.linker_flags.is_empty() {
                put("CMAKE_EXE_LINKER_FLAGS", Some(clang.linker_flags));
            }
        }
    }
}

/// What the platform's data says about the chosen architecture.
///
/// # Errors
/// The platform does not run it.
pub fn platform_arch<'a>(config: &Contextualized, platform: &'a PlatformData) -> Result<&'a PlatformArch, ImportError> {
    let sel4_arch = config.context.sel4_arch;
    platform
        .sel4_arch
        .get(&sel4_arch)
        .ok_or_else(|| ImportError::NotOnPlatform {
            platform: platform.name.clone(),
            sel4_arch: sel4_arch.to_string(),
            known: platform.sel4_arch.keys().map(ToString::to_string).collect(),
        })
}

/// The prefix of the C compiler's tools: from sel4.toml, or else from the platform.
pub(crate) fn compiler_prefix<'a>(config: &'a Contextualized, arch: &'a PlatformArch) -> Option<&'a str> {
    let asked = config.build.cross_compiler_prefix.as_deref();
    asked
        .or(arch.cross_compiler_prefix.as_deref())
        .filter(|prefix| !prefix.is_empty())
}

/// The folders that are searched for the C compiler before `PATH`.
pub(crate) fn path_first(config: &Contextualized) -> Vec<PathBuf> {
    let dir = config.build.toolchain_dir.iter();
    dir.flat_map(|dir| [dir.clone(), dir.join("bin")]).collect()
}

/// The C compiler: the one that sel4.toml asks for, or else the first that is installed.
///
/// # Errors
/// There is none.
pub fn compiler(config: &Contextualized, arch: &PlatformArch) -> Result<Compiler, MissingTool> {
    choose(
        config.context.sel4_arch,
        config.build.compiler,
        config.build.cross_compiler_prefix.as_deref(),
        arch.cross_compiler_prefix.as_deref(),
        &path_first(config),
    )
}

/// Whether an option belongs to the elfloader rather than the kernel.
pub(crate) fn is_of_loader(name: &str) -> bool {
    name.starts_with("Elfloader") || name == "IMAGE_START_ADDR"
}

/// Every option for one configuration of a kernel of that release.
///
/// # Errors
/// The platform does not run the architecture.
pub fn options(
    config: &Contextualized,
    platform: &PlatformData,
    release: &Release,
) -> Result<KernelOptions, ImportError> {
    let arch = platform_arch(config, platform)?;
    let mut all = KernelOptions::default();
    let mut reports = Vec::new();
    let mut put = |name: &str, value: &SingleValue, origin| {
        all.options.insert(
            name.to_owned(),
            KernelOption {
                value: value.clone(),
                origin,
            },
        );
    };
    let text = |text: &str| SingleValue::String(text.to_owned());
    // Optimised, and with every function an exported symbol: otherwise libsel4.a can't be linked
    // from Rust, or is slow.
    put("CMAKE_BUILD_TYPE", &text("Release"), Origin::Selfe);
    put("LibSel4FunctionAttributes", &text("public"), Origin::Selfe);
    if let Some(prefix) = compiler_prefix(config, arch) {
        put("CROSS_COMPILER_PREFIX", &text(prefix), Origin::Selfe);
    }
    for (name, value) in &release.options {
        put(name, value, Origin::Release);
    }
    let named = arch
        .options
        .get("KernelPlatform")
        .or_else(|| platform.options.get("KernelPlatform"));
    let named = named.map(ToString::to_string).unwrap_or_default();
    for (name, value) in release.options_on(&named, config.context.sel4_arch) {
        put(name, value, Origin::Release);
    }
    let for_target = config
        .rust_target
        .as_ref()
        .and_then(|target| arch.target_options.get(target));
    let of_platform = platform.options.iter().chain(&arch.options);
    for (name, value) in of_platform.chain(for_target.into_iter().flatten()) {
        match release.options.get(name) {
            // Both are passed to the compiler.
            Some(needed) if name.ends_with("_FLAGS") => {
                put(name, &text(&format!("{needed} {value}")), Origin::Platform)
            }
            _ => put(name, value, Origin::Platform),
        }
    }
    let given = |name: &str| {
        if config.sel4_config.contains_key(name) {
            return Some("sel4.toml sets that too".to_owned());
        }
        let value = arch.options.get(name).or_else(|| platform.options.get(name))?;
        Some(format!("platform {} sets that to {value}", platform.name))
    };
    for (name, value) in &config.sel4_config {
        match translate(name, value, release, given) {
            None => put(name, value, Origin::Sel4Toml),
            Some(translation) => {
                if let Some(name) = translation.name {
                    put(&name, value, Origin::Sel4Toml);
                }
                reports.push(translation.report);
            }
        }
    }
    all.translated = reports;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Document;
    use crate::model::{Arch, Platform, SeL4Arch};

    fn resolve(extra: &str) -> KernelOptions {
        let text = format!(
            "[sel4]\nkernel = {{ path = 'k' }}\ntools = {{ path = 't' }}\nutil_libs = {{ path = 'u' }}\n\
             [sel4.config]\n{extra}\n[build.pc99]\n"
        );
        let document = Document::parse(&text, None).unwrap();
        let platform = Platform("pc99".to_owned());
        let config = document
            .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
            .unwrap();
        options(&config, document.platform(&platform).unwrap(), crate::release::newest()).unwrap()
    }

    #[test]
    fn sel4_toml_overrides_the_platform() {
        let all = resolve("KernelSupportPCID = true");
        let pcid = &all.options["KernelSupportPCID"];
        assert_eq!((pcid.value.to_string().as_str(), pcid.origin), ("ON", Origin::Sel4Toml));
        assert_eq!(all.options["KernelPlatform"].origin, Origin::Platform);
        assert_eq!(all.translated, Vec::new());
    }

    #[test]
    fn what_a_release_needs_stands_beside_the_platform_s_flags() {
        let text = "[sel4]\nkernel = { path = 'k' }\n[build.pc99]\n";
        let document = Document::parse(text, None).unwrap();
        let name = Platform("pc99".to_owned());
        let config = document.contextualize(Arch::X86, SeL4Arch::Ia32, true, &name).unwrap();
        let mut release = crate::release::newest().clone();
        let flags = SingleValue::String("-Wno-array-bounds".to_owned());
        release.options.insert("CMAKE_C_FLAGS".to_owned(), flags.clone());
        release.options.insert("CMAKE_ASM_FLAGS".to_owned(), flags);
        let all = options(&config, document.platform(&name).unwrap(), &release).unwrap();
        assert_eq!(
            all.options["CMAKE_C_FLAGS"].value.to_string(),
            "-Wno-array-bounds -fno-pie"
        );
        assert_eq!(all.options["CMAKE_ASM_FLAGS"].origin, Origin::Release);
    }

    #[test]
    fn what_a_release_needs_on_one_platform_is_given_there_alone() {
        let text = "[sel4]\nkernel = { path = 'k' }\n[build.virt]\n[build.sabre]\n";
        let document = Document::parse(text, None).unwrap();
        let qemu = |platform: &str, sel4_arch: SeL4Arch, release: &str| {
            let name = Platform(platform.to_owned());
            let config = document.contextualize(Arch::Arm, sel4_arch, true, &name).unwrap();
            let release = crate::release::by_name(release).unwrap();
            let all = options(&config, document.platform(&name).unwrap(), release).unwrap();
            all.options.get("QEMU_BINARY").map(|option| option.value.to_string())
        };
        assert_eq!(
            qemu("virt", SeL4Arch::Aarch64, "13.0.0").as_deref(),
            Some("qemu-system-aarch64")
        );
        assert_eq!(
            qemu("virt", SeL4Arch::ArmHyp, "13.0.0").as_deref(),
            Some("qemu-system-arm")
        );
        assert_eq!(qemu("virt", SeL4Arch::Aarch64, "14.0.0"), None);
        assert_eq!(qemu("sabre", SeL4Arch::Aarch32, "13.0.0"), None);
    }

    #[test]
    fn options_of_older_kernels_still_lead_to_today_s() {
        let all = resolve("KernelX86Platform = 'pc99'\nKernelX86Sel4Arch = 'x86_64'\nKernelArch = 'x86'");
        assert_eq!(all.options["KernelPlatform"].value.to_string(), "pc99");
        assert_eq!(all.options["KernelSel4Arch"].value.to_string(), "x86_64");
        assert!(
            !all.options
                .keys()
                .any(|name| name.contains("X86") || name == "KernelArch")
        );
        let told: Vec<String> = all.translated.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "KernelArch = x86: ignored; since 11.0.0, KernelSel4Arch decides this",
                "KernelX86Platform = pc99: renamed to KernelPlatform in 11.0.0; ignored, because platform pc99 sets that to pc99",
                "KernelX86Sel4Arch = x86_64: renamed to KernelSel4Arch in 11.0.0; ignored, because platform pc99 sets that to x86_64",
            ]
        );
    }

    #[test]
    fn a_renamed_option_keeps_its_value() {
        let all = resolve("KernelUseLogcalIDs = true");
        let now = &all.options["KernelUseLogicalIDs"];
        assert_eq!((now.value.to_string().as_str(), now.origin), ("ON", Origin::Sel4Toml));
        assert_eq!(
            all.translated[0].to_string(),
            "KernelUseLogcalIDs = ON: renamed to KernelUseLogicalIDs in 13.0.0; using the new name"
        );
        let both = resolve("KernelUseLogcalIDs = true\nKernelUseLogicalIDs = false");
        assert_eq!(both.options["KernelUseLogicalIDs"].value.to_string(), "OFF");
        assert!(
            both.translated[0]
                .to_string()
                .ends_with("ignored, because sel4.toml sets that too")
        );
    }
}
