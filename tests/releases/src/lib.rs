//! What changes for a program between one release of seL4 and the next.
//!
//! The bindings of both releases are read ([`items`]), compared item by item ([`compare`]), and
//! written as a section of `docs/releases.md` ([`section`]). The binary of this crate, which `cargo
//! xtask releases` and `cargo xtask release-check` run, builds the kernels and generates the
//! bindings.

pub mod compare;
pub mod families;
pub mod items;
pub mod section;
