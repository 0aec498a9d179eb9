//! The constructors and accessors of libsel4's bit patterns, written by the build script from this
//! kernel's own definitions.
//!
//! Those that take values alone are safe, and all of them can be used where a constant is made.
//! With debug assertions they tell, by its name, an argument that has more bits than its field, and
//! a union that is of another kind.
#![allow(non_snake_case, clippy::all)]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "the build script writes them, each with the `# Safety` that its block relies on"
)]

include!(concat!(env!("OUT_DIR"), "/bitfields.rs"));
