//! sel4.toml as types: the file's own form ([`full`]) and its form for one platform and profile ([`contextualized`]).

pub mod contextualized;
pub mod full;
mod sources;

pub use crate::names::{Arch, Platform, RustArch, SeL4Arch};
pub use crate::value::SingleValue;
pub use sources::{GitTarget, RepoSource, SeL4Sources};
