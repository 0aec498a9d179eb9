//! What Rust code can ask about its kernel with `#[cfg(…)]`.

use super::directives::cfgs;
use crate::kernel::Manifest;
use crate::release;
use std::collections::BTreeSet;

/// The kernel's boolean options and its release, as cfgs.
pub fn cfgs_of(manifest: &Manifest) -> Vec<String> {
    let options = manifest.options.iter();
    let mut lines = cfgs(options.filter_map(|(name, value)| match value.as_str() {
        "ON" => Some((name.as_str(), true)),
        "OFF" => Some((name.as_str(), false)),
        _ => None,
    }));
    lines.extend(cfgs(
        of_other_releases()
            .filter(|name| !manifest.options.contains_key(*name))
            .map(|name| (name, false)),
    ));
    lines.extend(of_release(&manifest.release));
    lines
}

/// The options that some releases have and others don't: code for several releases may ask for an
/// option that this kernel does not know.
fn of_other_releases() -> impl Iterator<Item = &'static str> {
    let changes = release::all().iter().flat_map(|release| {
        let earlier = release.earlier.values();
        earlier.chain([&release.changes])
    });
    let names: BTreeSet<&str> = changes
        .flat_map(|changes| {
            let lists = changes.added.iter().chain(&changes.removed);
            let pairs = changes.renamed.iter().chain(&changes.implied);
            lists.chain(pairs.flat_map(|(from, to)| [from, to])).map(String::as_str)
        })
        .filter(|name| name.starts_with("Kernel") || name.starts_with("LibSel4"))
        .collect();
    names.into_iter()
}

/// `sel4_release_at_least` with the number of each release up to this one. All numbers are
/// declared, so that the compiler warns about invalid ones.
fn of_release(release: &str) -> Vec<String> {
    let names = || release::all().iter().map(|release| release.name.as_str());
    let values: Vec<String> = names().flat_map(numbers).map(|number| format!("{number:?}")).collect();
    let mut lines = vec![format!(
        "cargo::rustc-check-cfg=cfg(sel4_release_at_least, values({}))",
        values.join(", ")
    )];
    let own = names().position(|name| name == release).map_or(0, |at| at + 1);
    let held = names().take(own).flat_map(numbers);
    lines.extend(held.map(|number| format!("cargo::rustc-cfg=sel4_release_at_least={number:?}")));
    lines
}

/// A release's number in full, and without trailing zeros: `16.0.0` and `16`.
fn numbers(name: &str) -> Vec<&str> {
    let mut short = name;
    while let Some(shorter) = short.strip_suffix(".0") {
        short = shorter;
    }
    if short == name { vec![name] } else { vec![name, short] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_came_and_went_are_declared() {
        let names: Vec<&str> = of_other_releases().collect();
        // An option that selfe-sys asks for, and that kernels up to 14.0.0 don't have.
        assert!(names.contains(&"LibSel4UseThreadLocals"), "{names:?}");
        assert!(names.contains(&"KernelUseLogcalIDs"), "{names:?}");
    }

    #[test]
    fn each_release_up_to_the_kernel_s_holds_and_all_are_declared() {
        let lines = of_release("14.0.0");
        assert!(
            lines[0].contains("\"12.1.0\", \"12.1\"") && lines[0].contains("\"16\""),
            "{}",
            lines[0]
        );
        let holds = |number: &str| lines.contains(&format!("cargo::rustc-cfg=sel4_release_at_least={number:?}"));
        assert!(["12.1", "13", "14.0.0", "14"].into_iter().all(holds));
        assert!(!holds("15") && !holds("16.0.0"));
    }
}
