//! Property tests of every bitfield type, written by the build script from the kernel's own definitions.

include!(concat!(env!("OUT_DIR"), "/bitfields.rs"));
