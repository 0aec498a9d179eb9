//! libsel4 of one kernel build: bindgen's part, and in Rust what bindgen can't bind.

mod bindings;
pub mod c;
pub mod config;
mod deprecated;
// The constants of this crate are made with it in any case.
#[cfg_attr(feature = "libsel4-functions", allow(dead_code, unused_imports))]
mod inline;
pub mod kernel;
mod note;
mod old_names;
mod registers;
mod rights;
mod supplied;

pub use bindings::*;
#[cfg(feature = "libsel4-functions")]
pub use c::*;
pub use deprecated::*;
#[cfg(not(feature = "libsel4-functions"))]
pub use inline::*;
#[doc(hidden)]
pub use old_names::*;
pub use rights::*;
pub use supplied::*;

/// The version of the kernel that this crate was made for, as its `VERSION` file says, such as
/// `16.0.0`; `16.0.0-dev` for what came after that release.
pub const KERNEL_VERSION: &str = kernel::VERSION;
