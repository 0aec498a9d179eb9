//! The kernel's options as it settled on them, under the names that they have in `sel4.toml`.
//!
//! What is on or off is a `bool`, a number that fits 32 bits is a `usize`, a greater one a `u64`, a
//! negative one an `i64`, and everything else text. What is on or off is a `cfg` of the same name
//! too, here and in a root task whose `build.rs` calls `root_task()`.
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
