//! The form of a release's file.

use crate::arch::{Arch, SeL4Arch};
use crate::repository::RepoSource;
use crate::value::SingleValue;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What selfe knows about one release of seL4.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its number, such as `16.0.0`: the name of its file.
    #[serde(skip)]
    pub name: String,
    /// The seL4_tools whose elfloader fits this kernel.
    pub tools: RepoSource,
    /// The util_libs whose libcpio fits this kernel.
    pub util_libs: RepoSource,
    /// A file of the kernel that was added in this release; none for the oldest.
    pub identified_by: Option<String>,
    /// Options that every build of it needs; those of the platform and of sel4.toml override them.
    #[serde(default)]
    pub options: BTreeMap<String, SingleValue>,
    /// Options that it needs on one of the kernel's platforms, for one architecture.
    #[serde(default)]
    pub platform_options: BTreeMap<String, BTreeMap<SeL4Arch, BTreeMap<String, SingleValue>>>,
    /// Options with which it does not compile, because of a bug of its own.
    #[serde(default)]
    pub unbuildable: Vec<Unbuildable>,
    /// Python modules that its scripts need in addition to those of every kernel.
    #[serde(default)]
    pub python: Python,
    /// Where its files are.
    pub layout: Layout,
    /// How its options differ from those of the release before.
    #[serde(default)]
    pub changes: OptionChanges,
    /// The same for the releases before the oldest one, by number; in that one's file.
    #[serde(default)]
    pub earlier: BTreeMap<String, OptionChanges>,
}

/// Options that a release does not compile with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unbuildable {
    /// The architecture that this is about.
    pub arch: Arch,
    /// The options, each with this value.
    pub options: BTreeMap<String, SingleValue>,
    /// What is wrong and what to do, after "seL4 12.1.0 can't be built with these options:".
    pub why: String,
}

/// Python modules that a release's scripts need in addition to those of every kernel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Python {
    /// The modules that they import.
    pub modules: Vec<String>,
    /// What pip installs to provide them.
    pub requirements: Vec<String>,
}

/// The paths of a release's files that tools read. In a path, `{arch}` and `{sel4_arch}` stand for
/// the names of the architecture.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The form of the generated configuration.
    pub generated_config: GeneratedConfig,
    /// The description of the system calls, in the source tree.
    pub syscalls: String,
    /// The descriptions of the object invocations, in the source tree.
    pub interfaces: Vec<String>,
    /// The preprocessed bitfield definitions of libsel4, in the build tree.
    pub bitfields: Vec<String>,
}

/// The form in which a kernel's build writes its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeneratedConfig {
    /// `gen_config.json`.
    Json,
    /// `gen_config.h` alone: C macros.
    Header,
}

/// How the options of a release differ from those of the release before, among those that a user
/// can set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptionChanges {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that were removed.
    pub removed: Vec<String>,
    /// Those that were renamed, by their former name.
    pub renamed: BTreeMap<String, String>,
    /// Those that another option replaced, by that option's name.
    pub implied: BTreeMap<String, String>,
}

impl Release {
    /// Reads the file of a release of that name.
    ///
    /// # Errors
    /// The text is not TOML or not of this form.
    pub fn parse(name: &str, text: &str) -> Result<Self, toml::de::Error> {
        let mut release: Release = toml::from_str(text)?;
        release.name = name.to_owned();
        Ok(release)
    }

    /// The options that it needs on one of the kernel's platforms, besides those of every build of
    /// it.
    pub(crate) fn options_on(
        &self,
        platform: &str,
        sel4_arch: SeL4Arch,
    ) -> impl Iterator<Item = (&String, &SingleValue)> {
        let options = self
            .platform_options
            .get(platform)
            .and_then(|arches| arches.get(&sel4_arch));
        options.into_iter().flatten()
    }

    /// Why it does not compile with these options; none if no problem is known. `value` has an
    /// option's value as CMake reads it.
    pub(crate) fn objection(&self, arch: Arch, value: impl Fn(&str) -> Option<String>) -> Option<&str> {
        let holds = |(name, wanted): (&String, &SingleValue)| value(name) == Some(wanted.to_string());
        let mut found = self
            .unbuildable
            .iter()
            .filter(|one| one.arch == arch && one.options.iter().all(holds));
        found.next().map(|one| one.why.as_str())
    }
}

impl Layout {
    /// The descriptions of the object invocations for an architecture, from the source tree's root.
    pub fn interfaces_for(&self, arch: Arch, sel4_arch: SeL4Arch) -> Vec<String> {
        self.interfaces.iter().map(|path| fill(path, arch, sel4_arch)).collect()
    }

    /// The preprocessed bitfield definitions for an architecture, from the build tree's root.
    pub fn bitfields_for(&self, arch: Arch, sel4_arch: SeL4Arch) -> Vec<String> {
        self.bitfields.iter().map(|path| fill(path, arch, sel4_arch)).collect()
    }
}

fn fill(path: &str, arch: Arch, sel4_arch: SeL4Arch) -> String {
    path.replace("{arch}", &arch.to_string())
        .replace("{sel4_arch}", sel4_arch.as_str())
}
