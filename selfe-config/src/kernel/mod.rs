//! The kernel's configuration and build.

mod manifest;
pub use manifest::{Manifest, OptionReport, Verdict};
