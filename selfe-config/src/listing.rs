//! Every option of a kernel for one configuration, and the values that it settles on.
//!
//! The kernel's CMake files declare the options. Only CMake can tell whether an option exists for a
//! platform, and its default there: the kernel is configured, without building it. That takes a few
//! seconds, and the result is kept in the cache.

use crate::cache::Cache;
use crate::kernel::configured::{self, configured};
use crate::kernel::{KernelError, Plan, find};
use crate::model::contextualized::{AskedAt, Contextualized};
use crate::options::cmake_cache::CMakeCache;
use crate::options::compare::compare;
use crate::options::declared::{Declaration, Declarations, ValueKind};
use crate::options::depends::{is_about_place, unmet};
use crate::options::{KernelOptions, OptionReport, Origin};
use crate::progress::Progress;
use std::collections::BTreeMap;

/// The values that a kernel settles on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledOptions {
    /// The kernel's options by name; booleans are `ON` and `OFF`.
    pub options: BTreeMap<String, String>,
    /// What the kernel did not use as requested, whatever requested it.
    pub reports: Vec<OptionReport>,
}

/// An option of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The values that it accepts.
    pub kind: ValueKind,
    /// The values of a choice that are possible here.
    pub values: Vec<String>,
    /// Its default here; in CMake's syntax, if the value is unknown.
    pub default: Option<String>,
    /// Its value in this configuration.
    pub value: Option<String>,
    /// What sets the value, if anything does, with the place in sel4.toml.
    pub asked: Option<(Origin, Option<String>)>,
    /// Its description.
    pub description: String,
    /// Its dependencies, in CMake's syntax.
    pub depends: Vec<String>,
    /// The dependencies that don't hold; if there are any, the option has no effect.
    pub unmet: Vec<String>,
}

/// What the kernel settled on when it was built or configured before; otherwise it is configured,
/// if that needs nothing from elsewhere.
pub fn settled(cache: &Cache, config: &Contextualized, plan: &Plan, progress: &dyn Progress) -> Option<SettledOptions> {
    let from_build = || CMakeCache::read_own(&find(cache, &plan.key).ok()?.manifest.build_dir, &plan.kernel.dir).ok();
    let from_entry = || configured::find(cache, plan);
    let now = || {
        let is_ready = plan.packages_are_at_hand(cache, config.context.arch);
        // A build reports why it can't be configured.
        is_ready.then(|| configured(cache, plan, config, progress).ok())?
    };
    let from_cmake = || Some(CMakeCache::parse(&from_entry().or_else(now)?.cmake_cache));
    let found = from_build().or_else(from_cmake)?;
    Some(SettledOptions {
        options: found.settled(&plan.declared),
        reports: compare(&plan.options, &found, &plan.declared, plan.release.release),
    })
}

/// Every option of the kernel in this configuration, by name. The kernel is configured if it was
/// neither built nor configured before.
///
/// # Errors
/// It can't be configured.
pub fn list(
    cache: &Cache,
    config: &Contextualized,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Vec<Listed>, KernelError> {
    let of_build = find(cache, &plan.key).ok();
    let found = match of_build.and_then(|build| CMakeCache::read_own(&build.manifest.build_dir, &plan.kernel.dir).ok())
    {
        Some(found) => found,
        None => CMakeCache::parse(&configured(cache, plan, config, progress)?.cmake_cache),
    };
    Ok(listed(&plan.declared, &found, &plan.options, &config.asked_at))
}

fn listed(declared: &Declarations, cache: &CMakeCache, asked: &KernelOptions, at: &AskedAt) -> Vec<Listed> {
    let all = declared.iter().filter_map(|(name, declarations)| {
        let declaration = declarations.iter().find(|one| one.kind != ValueKind::Computed)?;
        let unmet = unless_elsewhere(declaration, cache)?;
        let option = asked.options.get(name);
        let entry = cache.get(name);
        let strings = cache.get(&format!("{name}-STRINGS"));
        let values: Vec<String> = strings
            .map(|entry| entry.value.split(';').map(str::to_owned).collect())
            .unwrap_or_default();
        let default = match (&declaration.kind, option) {
            (ValueKind::Choice(_), _) => values.first().cloned(),
            (_, None) if unmet.is_empty() => entry.map(|entry| entry.value.clone()),
            _ => declaration.default.as_deref().map(|default| filled(default, cache)),
        };
        Some(Listed {
            name: name.to_owned(),
            kind: declaration.kind.clone(),
            values,
            default: default.filter(|default| !default.is_empty()),
            value: entry.map(|entry| entry.value.clone()),
            asked: option.map(|option| (option.origin, asked.place(name, at))),
            description: declaration.description.clone(),
            depends: declaration.depends.clone(),
            unmet,
        })
    });
    all.collect()
}

/// The dependencies that don't hold; none for an option of another architecture or platform.
fn unless_elsewhere(declaration: &Declaration, cache: &CMakeCache) -> Option<Vec<String>> {
    let name = &declaration.name;
    let is_set = cache.get(name).is_some_and(|entry| entry.kind != "UNINITIALIZED");
    let has = |suffix: &str| cache.get(&format!("{name}_{suffix}")).is_some();
    if let ValueKind::Choice(alternatives) = &declaration.kind {
        if is_set {
            return Some(Vec::new());
        }
        let conditions: Vec<String> = alternatives.iter().map(|one| one.condition.clone()).collect();
        let mut missing = unmet(&conditions, cache);
        missing.dedup();
        return (has("all_strings") && !missing.iter().all(|part| is_about_place(part))).then_some(missing);
    }
    if has("DISABLED") || has("UNAVAILABLE") {
        let missing = unmet(&declaration.depends, cache);
        return (!missing.iter().any(|part| is_about_place(part))).then_some(missing);
    }
    is_set.then(Vec::new)
}

/// A default with each option in it replaced by its value; unchanged if one has no value.
fn filled(default: &str, cache: &CMakeCache) -> String {
    let mut filled = String::new();
    let mut rest = default;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let Some(entry) = cache.get(name) else {
            return default.to_owned();
        };
        filled += before;
        filled += &entry.value;
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &str = "
        config_option(KernelDebug D \"Debug it.\" DEFAULT ON DEPENDS \"NOT KernelProved\")
        config_option(KernelProved P \"\" DEFAULT ON)
        config_option(KernelHuge H \"\" DEFAULT ON DEPENDS \"KernelSel4ArchX86_64\")
        config_option(KernelArm A \"\" DEFAULT ON)
        config_string(KernelNodes N \"\" DEFAULT ${KernelUsual} UNQUOTE)
        config_choice(KernelFPU F \"\" \"XSAVE;KernelFPUX;X;KernelArchX86\" \"FXSAVE;KernelFPUF;F;KernelArchX86\")
        config_choice(KernelXSave X \"\" \"XSAVE;KernelX;X;KernelFPUX\")
        config_set(KernelResult R 1)
    ";
    const CACHE: &str = "
KernelDebug:INTERNAL=OFF
KernelDebug_DISABLED:INTERNAL=TRUE
KernelProved:BOOL=ON
KernelHuge:INTERNAL=OFF
KernelHuge_DISABLED:INTERNAL=TRUE
KernelNodes:STRING=2
KernelUsual:STRING=1
KernelFPU:STRING=FXSAVE
KernelFPU-STRINGS:INTERNAL=XSAVE;FXSAVE
KernelFPUX:INTERNAL=OFF
KernelXSave_all_strings:INTERNAL=XSAVE
KernelResult:INTERNAL=1
";

    #[test]
    fn what_is_there_and_what_is_elsewhere() {
        let declared = Declarations::parse([OPTIONS]);
        let mut asked = KernelOptions::default();
        let option = super::super::options::KernelOption {
            value: 2.into(),
            origin: Origin::Platform,
        };
        asked.options.insert("KernelNodes".to_owned(), option);
        let all = listed(&declared, &CMakeCache::parse(CACHE), &asked, &AskedAt::default());
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            ["KernelDebug", "KernelFPU", "KernelNodes", "KernelProved", "KernelXSave"]
        );
        let one = |name: &str| all.iter().find(|one| one.name == name).unwrap();
        assert_eq!(one("KernelDebug").unmet, ["NOT KernelProved"]);
        assert_eq!(one("KernelDebug").default.as_deref(), Some("ON"));
        assert_eq!(one("KernelXSave").unmet, ["KernelFPUX"]);
        let fpu = one("KernelFPU");
        assert_eq!(
            (fpu.default.as_deref(), fpu.value.as_deref()),
            (Some("XSAVE"), Some("FXSAVE"))
        );
        let nodes = one("KernelNodes");
        assert_eq!(
            (nodes.default.as_deref(), nodes.value.as_deref()),
            (Some("1"), Some("2"))
        );
        assert_eq!(nodes.asked, Some((Origin::Platform, None)));
    }
}
