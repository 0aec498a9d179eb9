//! The kernel's options: what a kernel declares, what was asked for, what it settled on, and why
//! they differ.

pub(crate) mod asked;
pub(crate) mod boards;
mod check;
pub(crate) mod cmake_cache;
pub(crate) mod compare;
pub mod declared;
pub(crate) mod depends;
mod dts;
mod error;
pub(crate) mod files;
pub(crate) mod input;
mod renamed;
mod report;
pub mod verified_config;

pub use asked::{KernelOption, KernelOptions, Origin, compiler, options, platform_arch};
pub(crate) use asked::{is_of_loader, path_first};
pub use check::WrongValue;
pub(crate) use check::wrong_values;
pub use error::NoFile;
pub use report::{OptionReport, Verdict};
