//! What differs by architecture. Each file defines the same names.
//!
//! - `VARIANT`: how thread-local storage lies around the thread pointer,
//! - `set_thread_pointer`: makes a thread pointer that of the running thread.

#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod current;

#[cfg(not(target_arch = "x86_64"))]
compile_error!("selfe-runtime knows no start-up for this architecture yet; x86_64 is supported");

pub use current::*;
