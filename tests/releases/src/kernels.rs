//! The kernels whose bindings are compared: a few configurations for each release.

use crate::bindings;
use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::Manifest;
use selfe_config::model::{Document, Platform, SeL4Arch};
use selfe_config::progress::Progress;
use selfe_releases::items::{self, Items};
use std::error::Error;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// One way to build a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configuration {
    /// Its name in the comparison.
    pub name: &'static str,
    /// The platform's name in selfe.
    pub platform: &'static str,
    /// The exact architecture.
    pub sel4_arch: SeL4Arch,
    /// Options in addition to those of the workspace's sel4.toml, in TOML.
    pub options: &'static str,
    /// The first release with this configuration.
    pub since: &'static str,
}

/// Together they cover most of the interface: every kind of processor, and both schedulers.
pub const CONFIGURATIONS: &[Configuration] = &[
    Configuration {
        name: "x86_64",
        platform: "pc99",
        sel4_arch: SeL4Arch::X86_64,
        options: "",
        since: "12.1.0",
    },
    Configuration {
        name: "x86_64-mcs",
        platform: "pc99",
        sel4_arch: SeL4Arch::X86_64,
        options: "KernelIsMCS = true\nKernelVTX = true",
        // The headers of 12.1.0 define some functions twice with MCS on x86_64.
        since: "13.0.0",
    },
    Configuration {
        name: "aarch64",
        platform: "virt",
        sel4_arch: SeL4Arch::Aarch64,
        options: "",
        since: "12.1.0",
    },
    Configuration {
        name: "aarch64-hyp",
        platform: "virt",
        sel4_arch: SeL4Arch::Aarch64,
        options: "KernelArmHypervisorSupport = true\nKernelAllowSMCCalls = true",
        since: "12.1.0",
    },
    Configuration {
        name: "aarch32",
        platform: "sabre",
        sel4_arch: SeL4Arch::Aarch32,
        options: "",
        since: "12.1.0",
    },
    Configuration {
        name: "riscv64",
        platform: "qemu-riscv-virt",
        sel4_arch: SeL4Arch::Riscv64,
        options: "",
        since: "13.0.0",
    },
];

/// What to check out of the kernel's repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision<'a> {
    /// A tag, such as the number of a release.
    Tag(&'a str),
    /// A branch, such as `master`.
    Branch(&'a str),
}

impl<'a> Revision<'a> {
    /// A tag if the name begins with a digit, like those of all releases; otherwise a branch.
    pub fn named(name: &'a str) -> Self {
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            Revision::Tag(name)
        } else {
            Revision::Branch(name)
        }
    }

    /// The name of the tag or branch.
    pub fn name(self) -> &'a str {
        match self {
            Revision::Tag(name) | Revision::Branch(name) => name,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Revision::Tag(_) => "tag",
            Revision::Branch(_) => "branch",
        }
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The workspace's sel4.toml with another kernel and additional options.
pub fn document(revision: Revision, configuration: &Configuration) -> Result<Document, Box<dyn Error>> {
    let path = root().join("sel4.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("reading {}: {error}", path.display()))?;
    let mut file: Table = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let sel4 = table(&mut file, "sel4")?;
    let kernel = table(sel4, "kernel")?;
    kernel.retain(|name, _| name == "git");
    kernel.insert(revision.key().to_owned(), revision.name().into());
    let options: Table = toml::from_str(configuration.options)?;
    table(table(sel4, "config")?, configuration.platform)?.extend(options);
    Ok(Document::parse(&toml::to_string(&file)?, Some(&path))?)
}

fn table<'a>(parent: &'a mut Table, name: &str) -> Result<&'a mut Table, String> {
    match parent.entry(name).or_insert_with(|| Table::new().into()) {
        Value::Table(table) => Ok(table),
        _ => Err(format!("sel4.toml: `{name}` is not a table")),
    }
}

/// Builds a kernel, or takes it from the cache.
///
/// # Errors
/// As for [`build::build`].
pub fn build(
    cache: &Cache,
    revision: Revision,
    configuration: &Configuration,
    progress: &dyn Progress,
) -> Result<Manifest, Box<dyn Error>> {
    let document = document(revision, configuration)?;
    let platform = Platform(configuration.platform.to_owned());
    let sel4_arch = configuration.sel4_arch;
    let config = document.contextualize(sel4_arch.arch(), sel4_arch, true, &platform)?;
    Ok(build::build(cache, &config, document.platform(&platform)?, progress)?.manifest)
}

/// The items of the bindings of a kernel.
///
/// # Errors
/// bindgen can't read the kernel's headers.
pub fn items(manifest: &Manifest) -> Result<Items, Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    // All functions in their C form, in one file.
    bindings::generate(manifest, dir.path(), &[], &[])?;
    Ok(items::read([dir.path().join("bindings.rs").as_path()])?)
}
