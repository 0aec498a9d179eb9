//! Compares what the kernel settled on with what was requested.
//!
//! The kernel silently drops options that it does not know, and silently overrides values that its
//! dependencies forbid. CMakeCache.txt and the options that the kernel's CMake files declare show
//! the difference.

use super::asked::{KernelOptions, is_of_loader};
use super::cmake_cache::{CMakeCache, canonical};
use super::declared::Declarations;
use super::depends::unmet;
use super::files;
use super::report::{OptionReport, Verdict};
use crate::nearest::nearest;
use crate::release::{Release, past};

/// Inputs that the kernel's platforms, CMake itself and the toolchain files read without declaring
/// them as options.
const INPUTS: &[&str] = &[
    "ARM_CPU",
    "CROSS_COMPILER_PREFIX",
    "KernelARMPlatform",
    "KernelPlatform",
    "KernelRiscVPlatform",
    "KernelSel4Arch",
    "LibSel4FunctionAttributes",
    "RISCV_CPU",
    "TRIPLE",
];

fn is_input(name: &str) -> bool {
    INPUTS.contains(&name) || name.starts_with("CMAKE_") || name.starts_with("QEMU_")
}

/// Every option that a kernel of that release did not use as requested.
pub(crate) fn compare(
    asked: &KernelOptions,
    cache: &CMakeCache,
    declared: &Declarations,
    release: &Release,
) -> Vec<OptionReport> {
    let of_kernel = asked.options.iter().filter(|(name, _)| !is_of_loader(name));
    let reports = of_kernel.filter_map(|(name, option)| report(name, &option.value.to_string(), cache, declared));
    reports
        .map(|mut report| {
            if let Verdict::Unknown { past: known, .. } = &mut report.verdict {
                *known = past(&report.name, release);
            }
            report
        })
        .collect()
}

/// What can be said of an option before the kernel is configured: that there is no option of that
/// name.
pub(crate) fn unknown(name: &str, asked: &str, declared: &Declarations, release: &Release) -> Option<OptionReport> {
    (!declared.contains(name) && !is_input(name) && !is_of_loader(name)).then(|| OptionReport {
        name: name.to_owned(),
        asked: asked.to_owned(),
        verdict: Verdict::Unknown {
            nearest: nearest(name, declared.settable()).map(str::to_owned),
            past: past(name, release),
        },
    })
}

/// The verdict on one option; none if it was used as requested.
pub(crate) fn report(name: &str, asked: &str, cache: &CMakeCache, declared: &Declarations) -> Option<OptionReport> {
    Some(OptionReport {
        name: name.to_owned(),
        asked: asked.to_owned(),
        verdict: judge(name, asked, cache, declared)?,
    })
}

fn judge(name: &str, asked: &str, cache: &CMakeCache, declared: &Declarations) -> Option<Verdict> {
    let entry = cache.get(name);
    if is_input(name)
        && !entry
            .is_some_and(|entry| cache.value(&format!("{name}-STRINGS")).is_some() && entry.kind != "UNINITIALIZED")
    {
        return None;
    }
    if !declared.contains(name) && !is_input(name) {
        let nearest = nearest(name, declared.settable()).map(str::to_owned);
        return Some(Verdict::Unknown { nearest, past: None });
    }
    let Some(entry) = entry.filter(|entry| entry.kind != "UNINITIALIZED") else {
        return Some(Verdict::NotHere);
    };
    if canonical(&entry.value) == canonical(asked) || files::is_copy(name, &entry.value) {
        return None;
    }
    let value = canonical(&entry.value).to_owned();
    let forced = ["DISABLED", "UNAVAILABLE"]
        .iter()
        .any(|why| cache.get(&format!("{name}_{why}")).is_some());
    if forced || entry.kind == "INTERNAL" {
        let depends = declared.get(name).iter().flat_map(|one| one.depends.clone());
        let needs = unmet(&depends.collect::<Vec<String>>(), cache);
        return Some(Verdict::Forced { value, needs });
    }
    let valid = cache.value(&format!("{name}-STRINGS")).unwrap_or_default();
    let valid = valid
        .split(';')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    Some(Verdict::Replaced { value, valid })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(name: &str, asked: &str) -> Option<Verdict> {
        let cache = CMakeCache::parse(
            "# comment\n//Doc: x=y\nKernelA:BOOL=ON\nKernelForced:INTERNAL=OFF\nKernelForced_DISABLED:INTERNAL=TRUE\n\
             KernelChoice:STRING=inst\nKernelChoice-STRINGS:INTERNAL=inst;msr\nKernelOther:UNINITIALIZED=ON\n\
             KernelUnknwon:UNINITIALIZED=1\nKernelNumber:STRING=256\n",
        );
        let text = "config_option(KernelA A \"doc\")\nconfig_option(\n    KernelForced FORCED \"\" DEPENDS \"NOT KernelA\"\n)\n\
                    config_choice(KernelChoice C \"\")\nconfig_option(KernelOther O \"\")\nconfig_string(KernelNumber N \"\")\n\
                    config_string(KernelUnknown U \"\")";
        judge(name, asked, &cache, &Declarations::parse([text]))
    }

    #[test]
    fn each_case_is_told_apart() {
        assert_eq!(verdict("KernelA", "TRUE"), None);
        assert_eq!(verdict("KernelNumber", "256"), None);
        assert_eq!(
            verdict("KernelForced", "ON"),
            Some(Verdict::Forced {
                value: "OFF".into(),
                needs: vec!["NOT KernelA".into()]
            })
        );
        let valid = vec!["inst".into(), "msr".into()];
        assert_eq!(
            verdict("KernelChoice", "gdt"),
            Some(Verdict::Replaced {
                value: "inst".into(),
                valid
            })
        );
        assert_eq!(verdict("KernelOther", "ON"), Some(Verdict::NotHere));
        let nearest = Some("KernelUnknown".into());
        assert_eq!(
            verdict("KernelUnknwon", "1"),
            Some(Verdict::Unknown { nearest, past: None })
        );
        assert_eq!(verdict("CMAKE_C_FLAGS", "-g"), None);
    }
}
