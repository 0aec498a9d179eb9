//! sel4.toml as types: the file's own form ([`full`]) and its form for one platform and profile ([`contextualized`]).

pub mod contextualized;
pub mod full;
mod values;

pub use crate::names::{Arch, Platform, RustArch, SeL4Arch};
pub use values::{GitTarget, RepoSource, SeL4Sources, SingleValue};
