//! The values of enums under the names that selfe-sys 0.1 had for them: the enum's name, then the
//! value's.

#![allow(non_upper_case_globals, unused_imports)]

include!(concat!(env!("OUT_DIR"), "/old_names.rs"));
