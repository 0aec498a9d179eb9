//! Why a build script can't go on.

use crate::arch::UnknownName;
use crate::cache::CacheError;
use crate::kernel::KernelError;
use crate::lock::LockError;
use crate::model::ImportError;
use crate::vendored::VendoredError;
use std::path::{Path, PathBuf};

/// Why a build script can't go on. The text of each is complete: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BuildScriptError {
    /// Cargo sets the variable for every build script; here it is not set.
    #[error("the environment variable {0} is not set: this is to be called from a build.rs that cargo runs")]
    NotCargo(&'static str),
    /// A variable's value can't be used.
    #[error("the environment variable {variable} is `{value}`, which is not {wanted}")]
    Value {
        variable: &'static str,
        value: String,
        wanted: &'static str,
    },
    /// A variable names an architecture that there is none of.
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
    #[error("can't write {}: {source}\nis the disk of cargo's target folder full, or the folder another user's?", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// Nothing says which of the workspace's files is meant.
    #[error(
        "the workspace has several sel4.toml, and cargo was not asked for crates of one alone:\n{}\ncargo compiles selfe-sys once for all \
         of them: build one crate at a time with -p, or name the file with SEL4_CONFIG_PATH",
        list(.0)
    )]
    SeveralConfigurations(Vec<PathBuf>),
    /// There is something named sel4.toml that can't be read as a file.
    #[error("{} is {what}: put a file there, remove it, or name another file with SEL4_CONFIG_PATH", path.display())]
    NotAFile { path: PathBuf, what: String },
    /// selfe-sys was built for another file than the crate's own, or the crate has none.
    #[error("{}, and selfe-sys was built as {served} says\n{advice}", configures(own.as_deref()))]
    OtherConfiguration {
        own: Option<PathBuf>,
        served: String,
        advice: String,
    },
    /// Programs for cargo's target don't run on the platform, or on its kernel.
    #[error("{0}")]
    Pairing(String),
    /// No kernel was handed on.
    #[error(
        "the environment variable DEP_SEL4_MANIFEST is not set: the crate `{package}` does not depend on selfe-sys\nadd selfe-sys to the [dependencies] of its Cargo.toml: cargo tells what a crate links only to those that depend on it directly"
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

/// The paths, one a line.
fn list(paths: &[PathBuf]) -> String {
    let lines: Vec<String> = paths.iter().map(|path| format!("  {}", path.display())).collect();
    lines.join("\n")
}
