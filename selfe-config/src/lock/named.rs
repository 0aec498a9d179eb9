//! The sources that sel4.toml names, under the names of their entries in sel4.lock.

use crate::model::{Document, Platform, RepoSource};
use crate::platform::{ImageKind, PlatformData};

/// A source that sel4.toml names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSource {
    /// Its key in `[sel4]`, such as `kernel`; for a platform's OpenSBI the full key, such as
    /// `platform.myboard.sel4_arch.riscv32.opensbi`.
    pub name: String,
    /// The source.
    pub(crate) source: RepoSource,
    /// Whether a platform that sel4.toml sets up uses it.
    pub(crate) is_used: bool,
}

/// Every source that a configuration names. Sources that follow from the kernel's release are not
/// among them: a release names commits.
pub fn named(document: &Document) -> Vec<NamedSource> {
    let full = document.full();
    let set_up = |name: &String| document.platform(&Platform(name.clone())).ok();
    let set_up: Vec<&PlatformData> = full.build.keys().filter_map(set_up).collect();
    let has_loader = set_up.iter().any(|platform| platform.image == ImageKind::Elfloader);
    let firmware = |platform: &PlatformData| platform.sel4_arch.values().any(|arch| arch.opensbi.is_some());
    let follows = document.follows_release();
    let sources = &full.sel4.sources;
    let of_sel4 = [
        ("kernel", Some(&sources.kernel), true),
        ("tools", Some(&sources.tools).filter(|_| !follows.tools), has_loader),
        (
            "util_libs",
            Some(&sources.util_libs).filter(|_| !follows.util_libs),
            has_loader,
        ),
        (
            "opensbi",
            document.opensbi(),
            set_up.iter().any(|platform| firmware(platform)),
        ),
    ];
    let mut named = Vec::new();
    for (name, source, is_used) in of_sel4 {
        let source = source.map(|source| source.below(document.base_dir()));
        named.extend(source.map(|source| NamedSource {
            name: name.to_owned(),
            source,
            is_used,
        }));
    }
    for platform in document.platforms() {
        for (sel4_arch, arch) in &platform.sel4_arch {
            let Some(source) = &arch.opensbi else { continue };
            let source = source.below(document.base_dir());
            // selfe's own platforms name commits, which need no entry.
            if !source.may_move() {
                continue;
            }
            named.push(NamedSource {
                name: format!("platform.{}.sel4_arch.{sel4_arch}.opensbi", platform.name),
                source,
                is_used: document.opensbi().is_none() && set_up.iter().any(|one| one.name == platform.name),
            });
        }
    }
    named
}
