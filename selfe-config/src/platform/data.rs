//! The form of a platform's file.

use crate::arch::SeL4Arch;
use crate::repository::RepoSource;
use crate::value::SingleValue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What selfe knows about one board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformData {
    /// The name in sel4.toml and `SEL4_PLATFORM`: that of its file or table.
    #[serde(skip)]
    pub name: String,
    /// A one-line description.
    #[serde(default)]
    pub description: String,
    /// Other names for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The first release of seL4 that supports it; none if all do.
    pub since: Option<String>,
    /// The kernel's options on this board; sel4.toml overrides them.
    #[serde(default)]
    pub options: BTreeMap<String, SingleValue>,
    /// How it boots.
    pub image: ImageKind,
    /// The architectures that it runs.
    pub sel4_arch: BTreeMap<SeL4Arch, PlatformArch>,
}

/// How a board boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// A multiboot loader loads the kernel, and the root task as its module.
    Multiboot,
    /// seL4's elfloader contains kernel and root task in one image.
    Elfloader,
}

/// What selfe knows about a board for one architecture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformArch {
    /// The kernel's options for this architecture; sel4.toml overrides them.
    #[serde(default)]
    pub options: BTreeMap<String, SingleValue>,
    /// The Rust targets whose programs run on it.
    #[serde(default)]
    pub rust_targets: Vec<String>,
    /// The kernel's options for the programs of certain Rust targets, if their ABI is not the
    /// kernel's usual one; sel4.toml must not contradict them.
    #[serde(default)]
    pub target_options: BTreeMap<String, BTreeMap<String, SingleValue>>,
    /// Such as `aarch64-linux-gnu-`; none if the host's own compiler is used.
    pub cross_compiler_prefix: Option<String>,
    /// Whether it is the default for this architecture.
    #[serde(default)]
    pub default_for_target: bool,
    /// The OpenSBI that boots below the kernel, if neither QEMU nor the board has one for this
    /// architecture; `[sel4] opensbi` in sel4.toml overrides it.
    pub opensbi: Option<RepoSource>,
    /// How QEMU simulates it; none if QEMU has no such machine.
    pub simulate: Option<QemuMachine>,
}

/// How QEMU simulates a board. `{OPTION}` in a value stands for the value of that option of the
/// kernel's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QemuMachine {
    /// QEMU's program, such as `qemu-system-x86_64`.
    pub qemu: String,
    /// The value of `-machine`; none for QEMU's default.
    pub machine: Option<String>,
    /// The value of `-cpu`; none for the machine's own.
    pub cpu: Option<String>,
    /// The value of `-m`: MiB, or a number with a unit.
    pub memory: String,
    /// The arguments that connect the console to the terminal.
    #[serde(default)]
    pub serial: Vec<String>,
    /// All other arguments.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The CPU features that a kernel may need.
    #[serde(default)]
    pub cpu_features: Vec<CpuFeature>,
}

/// A CPU feature that the kernel needs if it was configured so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpuFeature {
    /// A name of the kernel's generated configuration, without `CONFIG_`.
    pub config: String,
    /// Its value that requires the feature.
    pub is: String,
    /// QEMU's name for the feature.
    pub qemu: String,
    /// The option of sel4.toml that decides it.
    pub option: String,
    /// A value of that option, as written in sel4.toml, that does not require the feature.
    pub otherwise: String,
}

#[cfg(feature = "run")]
impl QemuMachine {
    /// The same with each `{OPTION}` replaced by its value, or the name of an option that has none.
    pub(crate) fn with_options(&self, options: &BTreeMap<String, String>) -> Result<Self, String> {
        let fill = |text: &String| fill(text, options);
        let fill_each = |all: &[String]| all.iter().map(fill).collect::<Result<Vec<String>, String>>();
        Ok(QemuMachine {
            qemu: fill(&self.qemu)?,
            machine: self.machine.as_ref().map(fill).transpose()?,
            cpu: self.cpu.as_ref().map(fill).transpose()?,
            memory: fill(&self.memory)?,
            serial: fill_each(&self.serial)?,
            arguments: fill_each(&self.arguments)?,
            cpu_features: self.cpu_features.clone(),
        })
    }
}

#[cfg(feature = "run")]
fn fill(text: &str, options: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled += before;
        filled += options.get(name).ok_or_else(|| name.to_owned())?;
        rest = after;
    }
    Ok(filled + rest)
}

impl PlatformData {
    /// Reads a platform's file, or table, of that name.
    ///
    /// # Errors
    /// The text is not TOML or not of this form.
    pub fn parse(name: &str, text: &str) -> Result<Self, toml::de::Error> {
        let mut data: PlatformData = toml::from_str(text)?;
        data.name = name.to_owned();
        Ok(data)
    }
}
