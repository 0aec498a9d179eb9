//! System calls, invocations and bitfields as inline Rust: what they compile to stands where they are used, as it does in C.

mod bitfields;

pub use bitfields::*;
