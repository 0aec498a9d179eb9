//! What the headers offer in a form that bindgen can't bind.
//!
//! A test compares the headers with this crate and names what is missing here.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]

/// A machine word: what a register or a message register holds.
pub type seL4_Word = usize;

/// The address of a capability in a thread's capability space.
pub type seL4_CPtr = seL4_Word;
