//! What changes for a program from one release of seL4 to the next.
//!
//! The bindings of both are read ([`items`]), compared item by item ([`compare`]), and what differs
//! is written as a section of `docs/releases.md` ([`section`]). The program of this crate, which
//! `cargo xtask releases` and `cargo xtask release-check` run, has the kernels built and the
//! bindings made.

pub mod compare;
pub mod families;
pub mod items;
pub mod section;
