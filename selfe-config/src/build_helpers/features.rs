//! Registers that the compiler may use and that the kernel must enable and save; otherwise the
//! program ends with an exception.
//!
//! Only rustc knows which features a program is compiled with: cargo does not run a build script
//! again for other `RUSTFLAGS`. So selfe-sys contains a line for each feature that its kernel does
//! not support, and rustc rejects it.

use crate::arch::SeL4Arch;
use crate::kernel::Manifest;
use Needs::{Never, On, XSave};
use std::collections::BTreeMap;

/// What a kernel needs for one of rustc's features.
struct Rule {
    /// The kernel's architectures.
    sel4_archs: &'static [SeL4Arch],
    /// What rustc sets for a program that uses the registers. A feature that implies another one
    /// needs no rule of its own.
    condition: &'static str,
    needs: Needs,
}

/// A setting of the kernel's generated configuration.
enum Needs {
    /// This one is on; the option decides it.
    On(&'static str, &'static str),
    /// These bits of `XSAVE_FEATURE_SET` are set; the registers up to this feature need that many
    /// bytes.
    XSave(u64, Option<u32>),
    /// No kernel supports it.
    Never,
}

const X86: &[SeL4Arch] = &[SeL4Arch::X86_64, SeL4Arch::Ia32];
const ARM: &[SeL4Arch] = &[SeL4Arch::Aarch32, SeL4Arch::ArmHyp];
const AARCH64: &[SeL4Arch] = &[SeL4Arch::Aarch64];
const RISCV: &[SeL4Arch] = &[SeL4Arch::Riscv64, SeL4Arch::Riscv32];

/// The options are those of seL4 16.0.0. The bits and sizes are from the processor's manual (XCR0,
/// the standard format of XSAVE).
const RULES: &[Rule] = &[
    rule(X86, "target_feature = \"avx\"", XSave(0b111, Some(832))),
    rule(X86, "target_feature = \"avx512f\"", XSave(0xe7, Some(2688))),
    rule(X86, "target_feature = \"amx-tile\"", XSave(0x6_0003, None)),
    rule(X86, "target_feature = \"apxf\"", XSave(0x8_0003, None)),
    rule(ARM, "target_abi = \"eabihf\"", On("HAVE_FPU", "KernelHaveFPU")),
    rule(ARM, "target_feature = \"vfp2\"", On("HAVE_FPU", "KernelHaveFPU")),
    rule(ARM, "target_feature = \"neon\"", On("HAVE_FPU", "KernelHaveFPU")),
    rule(AARCH64, "target_feature = \"neon\"", On("HAVE_FPU", "KernelHaveFPU")),
    rule(AARCH64, "target_feature = \"sve\"", Never),
    rule(AARCH64, "target_feature = \"sme\"", Never),
    rule(RISCV, "target_feature = \"f\"", On("RISCV_EXT_F", "KernelRiscvExtF")),
    rule(RISCV, "target_feature = \"d\"", On("RISCV_EXT_D", "KernelRiscvExtD")),
    rule(RISCV, "target_feature = \"zve32x\"", Never),
];

const fn rule(sel4_archs: &'static [SeL4Arch], condition: &'static str, needs: Needs) -> Rule {
    Rule {
        sel4_archs,
        condition,
        needs,
    }
}

/// Rust code that does not compile for a program with registers that the kernel does not save.
pub fn guard(manifest: &Manifest) -> String {
    let kernel = format!("seL4 {} for {}", manifest.kernel_version, manifest.platform);
    guard_of(&kernel, manifest.sel4_arch, &manifest.gen_config)
}

fn guard_of(kernel: &str, sel4_arch: SeL4Arch, settings: &BTreeMap<String, String>) -> String {
    let rules = RULES.iter().filter(|rule| rule.sel4_archs.contains(&sel4_arch));
    let lines = rules.filter_map(|rule| {
        let message = rule.objection(kernel, settings)?;
        Some(format!("#[cfg({})]\ncompile_error!({message:?});\n", rule.condition))
    });
    lines.collect()
}

impl Rule {
    /// The error for a program with the feature; none if the kernel supports it, or does not say.
    fn objection(&self, kernel: &str, settings: &BTreeMap<String, String>) -> Option<String> {
        let setting = |name: &str| settings.get(name).map(String::as_str);
        let option = match &self.needs {
            On(name, option) if setting(name)? == "false" => format!("{option} = true"),
            On(..) => return None,
            XSave(bits, size) => {
                let set = setting("XSAVE_FEATURE_SET")?;
                let set = match set.strip_prefix("0x") {
                    Some(digits) => u64::from_str_radix(digits, 16),
                    None => set.parse(),
                };
                let set = set.ok()?;
                if set & bits == *bits {
                    return None;
                }
                let size = size.map_or("what the processor reports".to_owned(), |size| size.to_string());
                format!(
                    "KernelFPU = \"XSAVE\", KernelXSaveFeatureSet = {} and KernelXSaveSize = {size}",
                    set | bits
                )
            }
            Never => String::new(),
        };
        let feature = self
            .condition
            .rsplit(" = ")
            .next()
            .unwrap_or_default()
            .trim_matches('"');
        let what = format!(
            "the program is compiled for `{feature}`, and the kernel ({kernel}) neither enables nor saves its registers: the program would \
             be stopped by an exception\n"
        );
        let flags = "compile without it: RUSTFLAGS, or `rustflags` in cargo's configuration, name it by `-C target-cpu` or \
                     `-C target-feature`";
        Some(match option.is_empty() {
            true => format!("{what}help: no option of the kernel changes that; {flags}"),
            false => format!("{what}help: set {option} in [sel4.config] of sel4.toml\nhelp: or {flags}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn guard(sel4_arch: &str, settings: &[(&str, &str)]) -> String {
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        guard_of("seL4 16.0.0 for board", sel4_arch.parse().unwrap(), &settings.collect())
    }

    /// The features that are rejected.
    fn refused(sel4_arch: &str, settings: &[(&str, &str)]) -> Vec<String> {
        let guard = guard(sel4_arch, settings);
        let conditions = guard.lines().filter_map(|line| line.strip_prefix("#[cfg("));
        conditions
            .map(|line| {
                line.trim_end_matches(")]")
                    .rsplit(" = ")
                    .next()
                    .unwrap()
                    .replace('"', "")
            })
            .collect()
    }

    #[test]
    fn what_the_kernel_saves_is_allowed() {
        let all: &[(&str, &str, &str, &[&str])] = &[
            (
                "x86_64",
                "XSAVE_FEATURE_SET",
                "0",
                &["avx", "avx512f", "amx-tile", "apxf"],
            ),
            (
                "x86_64",
                "XSAVE_FEATURE_SET",
                "3",
                &["avx", "avx512f", "amx-tile", "apxf"],
            ),
            ("x86_64", "XSAVE_FEATURE_SET", "7", &["avx512f", "amx-tile", "apxf"]),
            ("ia32", "XSAVE_FEATURE_SET", "0xe7", &["amx-tile", "apxf"]),
            ("aarch64", "HAVE_FPU", "true", &["sve", "sme"]),
            ("aarch64", "HAVE_FPU", "false", &["neon", "sve", "sme"]),
            ("aarch32", "HAVE_FPU", "true", &[]),
            ("arm_hyp", "HAVE_FPU", "false", &["eabihf", "vfp2", "neon"]),
            ("riscv64", "RISCV_EXT_D", "true", &["zve32x"]),
            ("riscv64", "RISCV_EXT_D", "false", &["d", "zve32x"]),
            ("riscv32", "RISCV_EXT_F", "false", &["f", "zve32x"]),
            // A kernel that does not say is not checked.
            ("x86_64", "OTHER", "true", &[]),
        ];
        for (sel4_arch, name, value, expected) in all {
            assert_eq!(
                refused(sel4_arch, &[(name, value)]),
                *expected,
                "{sel4_arch} {name} = {value}"
            );
        }
    }

    #[test]
    fn every_architecture_has_rules() {
        let ruled: BTreeSet<SeL4Arch> = RULES.iter().flat_map(|rule| rule.sel4_archs).copied().collect();
        assert_eq!(ruled, SeL4Arch::ALL.iter().copied().collect());
    }

    #[test]
    fn the_message_names_feature_and_option() {
        let text = guard("x86_64", &[("XSAVE_FEATURE_SET", "3")]);
        let first = text.lines().nth(1).unwrap();
        for words in [
            "compile_error!(\"the program is compiled for `avx`",
            "seL4 16.0.0 for board",
            "KernelXSaveFeatureSet = 7 and KernelXSaveSize = 832",
            "-C target-cpu",
        ] {
            assert!(first.contains(words), "{words}: {first}");
        }
        let text = guard("aarch64", &[]);
        assert!(text.contains("no option of the kernel changes that"), "{text}");
    }
}
