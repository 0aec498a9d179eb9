//! libsel4 of one kernel build: bindgen's part, and in Rust what bindgen can't bind.

mod bindings;
mod deprecated;
pub mod kernel;
mod note;
mod old_names;
mod rights;
mod supplied;
pub mod syscalls;

pub use bindings::*;
pub use deprecated::*;
#[doc(hidden)]
pub use old_names::*;
pub use rights::*;
pub use supplied::*;
pub use syscalls::*;
