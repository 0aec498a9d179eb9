//! What differs between architectures. Each module defines the same names:
//!
//! - `place(block, image)`: where in a block of memory the thread-local data and the thread pointer stand;
//! - `set_thread_pointer(pointer)`: makes it the calling thread's.

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub use x86_64::{TCB_SIZE, place, set_thread_pointer};

#[cfg(not(target_arch = "x86_64"))]
compile_error!("selfe-runtime does not know this architecture yet; today it knows x86_64");
