//! The system calls: the one place where they are defined.
//!
//! Today each is libsel4.a's function. One that is to become Rust code is taken from `SYSTEM_CALLS` of the build script
//! and written here under the same name: nothing else has to change.
#![allow(missing_docs, unused_imports, clippy::all)]

use super::bindings::*;
use crate::{seL4_CPtr, seL4_Word};

include!(concat!(env!("OUT_DIR"), "/syscalls.rs"));
