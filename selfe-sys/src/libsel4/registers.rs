//! An error of the compiler for each set of registers that the program may use and the kernel does
//! not save.
#![allow(unexpected_cfgs, reason = "an older compiler does not know every feature")]

include!(concat!(env!("OUT_DIR"), "/registers.rs"));
