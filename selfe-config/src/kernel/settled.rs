//! What the kernel settled on, held against what was asked for.
//!
//! The kernel drops what it does not know and overrules what its dependencies forbid, both in silence. CMake's cache and
//! the options that the kernel's CMake files declare tell the difference.

use super::declared::Declarations;
use super::depends::unmet;
use super::options::{KernelOptions, is_of_loader};
use super::{OptionReport, Verdict, files};
use crate::nearest::nearest;
use crate::release::{Release, past};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Inputs that the kernel's platforms, CMake itself and the toolchain files read without declaring them as options.
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

/// One entry of CMakeCache.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// `BOOL`, `STRING`, `INTERNAL`, `UNINITIALIZED` and so on.
    pub kind: String,
    /// The value.
    pub value: String,
}

/// CMakeCache.txt, by name.
#[derive(Debug, Default)]
pub struct CMakeCache(BTreeMap<String, CacheEntry>);

impl CMakeCache {
    /// Reads the cache of a build directory.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read(build_dir: &Path) -> io::Result<Self> {
        fs::read_to_string(build_dir.join("CMakeCache.txt")).map(|text| Self::parse(&text))
    }

    /// Reads the cache of a tree that selfe has built, with the folders' own paths in place of those that the build saw: its
    /// tree's, with what lies beside that, and the kernel's sources'.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read_own(build_dir: &Path, kernel: &Path) -> io::Result<Self> {
        let mut cache = Self::read(build_dir)?;
        let seen = |name: &str| cache.value(name).map(str::to_owned);
        let tree =
            seen("CMAKE_CACHEFILE_DIR").and_then(|tree| tree.rsplit_once('/').map(|(above, _)| above.to_owned()));
        let above = build_dir.parent().unwrap_or(build_dir);
        let pairs = [(tree, above), (seen("KERNEL_PATH"), kernel)];
        for (seen, real) in pairs
            .iter()
            .filter_map(|(seen, real)| Some((seen.as_ref()?, real.to_string_lossy())))
        {
            if !seen.is_empty() && *seen != real {
                let values = cache.0.values_mut();
                values.for_each(|entry| entry.value = entry.value.replace(seen.as_str(), &real));
            }
        }
        Ok(cache)
    }

    pub fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (name, value) = line.split_once('=')?;
            let (name, kind) = name.rsplit_once(':')?;
            let comment = name.starts_with('#') || name.starts_with("//");
            // A value that begins or ends with a space stands in quotation marks.
            let quoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let entry = CacheEntry {
                kind: kind.to_owned(),
                value: quoted.unwrap_or(value).to_owned(),
            };
            (!comment).then(|| (name.trim_matches('"').to_owned(), entry))
        };
        CMakeCache(text.lines().filter_map(entry).collect())
    }

    /// The entry of that name.
    pub fn get(&self, name: &str) -> Option<&CacheEntry> {
        self.0.get(name)
    }

    /// Every entry by name.
    #[cfg(feature = "run")]
    pub fn entries(&self) -> impl Iterator<Item = (&str, &CacheEntry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(|entry| entry.value.as_str())
    }

    /// The kernel's and libsel4's options as they were settled; CMake's booleans become `ON` and `OFF`.
    pub fn settled(&self, declared: &Declarations) -> BTreeMap<String, String> {
        let of_kernel = self
            .0
            .iter()
            .filter(|(name, entry)| declared.contains(name) && entry.kind != "UNINITIALIZED");
        of_kernel
            .map(|(name, entry)| (name.clone(), canonical(&entry.value).to_owned()))
            .collect()
    }
}

/// CMake's many words for true and false as two; any other text as it is.
pub(super) fn canonical(value: &str) -> &str {
    match value.to_ascii_uppercase().as_str() {
        "ON" | "TRUE" | "YES" | "Y" => "ON",
        "OFF" | "FALSE" | "NO" | "N" => "OFF",
        _ => value,
    }
}

/// Every option that a kernel of that release did not take as asked.
pub fn compare(
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

/// What is to be said of an option before the kernel was configured: that there is none of that name.
pub fn unknown(name: &str, asked: &str, declared: &Declarations, release: &Release) -> Option<OptionReport> {
    (!declared.contains(name) && !is_input(name) && !is_of_loader(name)).then(|| OptionReport {
        name: name.to_owned(),
        asked: asked.to_owned(),
        verdict: Verdict::Unknown {
            nearest: nearest(name, declared.settable()).map(str::to_owned),
            past: past(name, release),
        },
    })
}

/// What is to be said of one option; none where it was taken as asked.
pub fn report(name: &str, asked: &str, cache: &CMakeCache, declared: &Declarations) -> Option<OptionReport> {
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
