//! sel4.toml as types: the file's own form ([`full`]), its form for one platform and profile
//! ([`contextualized`]), and the file with the place of everything in it ([`document`]).

pub mod contextualized;
pub mod document;
mod error;
pub mod full;
pub mod place;
mod read;
pub(crate) mod reader;
mod resolve;
mod sources;
mod write;

pub use crate::arch::{Arch, Platform, RustArch, SeL4Arch, UnknownName};
pub use crate::repository::{GitTarget, Pins, RepoSource};
pub use crate::value::SingleValue;
pub use document::Document;
pub(crate) use error::line_column;
pub use error::{ImportError, Invalid};
pub use sources::{FollowsRelease, SeL4Sources};
pub use write::ExportError;

/// The embedded configuration, for a project that has none of its own.
pub fn get_default_config() -> full::Full {
    Document::embedded().full().clone()
}
