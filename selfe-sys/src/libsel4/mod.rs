//! libsel4 of one kernel build: bindgen's part, and in Rust what bindgen can't bind.

mod bindings;
pub mod config;
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

/// The version of the kernel that this crate was made for, as its `VERSION` file says, such as `16.0.0`; `16.0.0-dev` for what came
/// after that release.
pub const KERNEL_VERSION: &str = kernel::VERSION;
