//! bindgen's output for the headers, except for the system calls.
#![allow(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    missing_docs,
    clippy::all
)]
#![allow(clippy::undocumented_unsafe_blocks, reason = "bindgen writes none")]

use crate::{seL4_CPtr, seL4_Word};

include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
