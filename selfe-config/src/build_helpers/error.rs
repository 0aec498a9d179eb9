//! Why a build script can't go on.

use crate::arch::UnknownName;
use crate::cache::CacheError;
use crate::kernel::KernelError;
use crate::lock::LockError;
use crate::model::ImportError;
use crate::vendored::VendoredError;
use std::path::{Path, PathBuf};

/// Why a build script can't go on. Each text is complete: what failed, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BuildScriptError {
    /// A variable that cargo sets for every build script is not set.
    #[error("the environment variable {0} is not set: this is to be called from a build.rs that cargo runs")]
    NotCargo(&'static str),
    /// A variable's value can't be used.
    #[error("the environment variable {variable} is `{value}`, which is not {wanted}")]
    Value {
        variable: &'static str,
        value: String,
        wanted: &'static str,
    },
    /// A variable names an unknown architecture.
    #[error("{variable}: {source}")]
    Architecture {
        variable: &'static str,
        source: UnknownName,
    },
    /// The file that `SEL4_CONFIG_PATH` names, or that was found, can't be used.
    #[error(
        "can't read {}, which SEL4_CONFIG_PATH names: {source}\na relative path counts from the folder of the crate whose build.rs reads it, here {}: an absolute path is safer",
        path.display(), folder.display()
    )]
    ConfigPath {
        path: PathBuf,
        folder: PathBuf,
        source: std::io::Error,
    },
    /// A file in cargo's folder can't be written.
    #[error("can't write {}: {source}\ncheck that the disk of cargo's target folder has space, and that the folder is yours", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// It is unclear which of the workspace's files is meant.
    #[error(
        "the workspace has several sel4.toml, and cargo was not asked for crates of one alone:\n{}\ncargo compiles selfe-sys once for all \
         of them: build one crate at a time with -p, or name the file with SEL4_CONFIG_PATH",
        list(.0)
    )]
    SeveralConfigurations(Vec<PathBuf>),
    /// Cargo would build everything, and then could not run it.
    #[error(
        "the command `selfe` is not installed, and {} says that it runs what cargo builds\nhelp: install it with `cargo install selfe-config --features bin`\nhelp: `cargo build` builds without it",
        named_by.display()
    )]
    NoRunner {
        /// The file of cargo's configuration.
        named_by: PathBuf,
    },
    /// Something named sel4.toml can't be read as a file.
    #[error("{} is {what}: put a file there, remove it, or name another file with SEL4_CONFIG_PATH", path.display())]
    NotAFile { path: PathBuf, what: String },
    /// selfe-sys was built with another file than the crate's own, or the crate has none.
    #[error("{}, and selfe-sys was built as {served} says\n{advice}", configures(own.as_deref()))]
    OtherConfiguration {
        own: Option<PathBuf>,
        served: String,
        advice: String,
    },
    /// Programs for cargo's target don't run on the platform, or on its kernel.
    #[error("{0}")]
    Pairing(String),
    /// No direct dependency provides a kernel.
    #[error(
        "the environment variable DEP_SEL4_MANIFEST is not set: the crate `{package}` does not depend on selfe-sys\nadd selfe-sys to the [dependencies] of its Cargo.toml: cargo passes what a crate links only to its direct dependents"
    )]
    NoKernel { package: String },
    /// The file that describes the kernel's build can't be used.
    #[error("can't use {}, which describes the kernel's build: {reason}\nremove the folder that holds it and build again", path.display())]
    Manifest { path: PathBuf, reason: String },
    /// The file that describes the kernel's build can't be made.
    #[error("can't describe the kernel's build: {0}")]
    Describe(#[from] toml::ser::Error),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Kernel(#[from] KernelError),
    #[error(transparent)]
    Vendored(#[from] VendoredError),
}

/// Which file is the crate's own.
fn configures(own: Option<&Path>) -> String {
    match own {
        Some(own) => format!("{} configures this crate", own.display()),
        None => "this crate's workspace has no sel4.toml".to_owned(),
    }
}

/// The paths, one per line.
fn list(paths: &[PathBuf]) -> String {
    let lines: Vec<String> = paths.iter().map(|path| format!("  {}", path.display())).collect();
    lines.join("\n")
}
