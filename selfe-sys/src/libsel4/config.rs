//! The options that the kernel settled on, under their names in `sel4.toml`.
//!
//! Options that are on or off are `bool`, numbers that fit 32 bits are `usize`, larger ones `u64`,
//! negative ones `i64`, and everything else is text. An option that is on is also a `cfg` of the
//! same name, here and in a root task whose `build.rs` calls `root_task()`.
//!
//! ```
//! use selfe_sys::config;
//!
//! /// Whether a thread can have that priority.
//! const fn is_priority(priority: usize) -> bool {
//!     priority < config::KernelNumPriorities
//! }
//! assert!(is_priority(0));
//! assert_eq!(config::KernelPrinting, cfg!(KernelPrinting));
//! ```
#![allow(non_upper_case_globals)]

include!(concat!(env!("OUT_DIR"), "/config.rs"));
