//! libsel4.a's own form of the functions that are inline Rust here: the same names and arguments.
//!
//! With the feature `libsel4-functions` they stand at the top of this crate instead of the inline
//! ones. They are there to be compared with them.
#![allow(missing_docs, unused_imports, clippy::all)]

use super::bindings::*;
use crate::{seL4_CPtr, seL4_Word};

include!(concat!(env!("OUT_DIR"), "/c.rs"));
