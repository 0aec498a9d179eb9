//! libsel4.a's own form of the functions that are inline Rust here: the same names and arguments.
//!
//! With the feature `libsel4-functions` they are at the top of this crate instead of the inline
//! ones. They exist to be compared with these.
#![allow(missing_docs, unused_imports, clippy::all)]

use super::bindings::*;
use crate::{seL4_CPtr, seL4_Word};

include!(concat!(env!("OUT_DIR"), "/c.rs"));
