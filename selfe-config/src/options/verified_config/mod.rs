//! The verified configurations, as the kernel's own files list them, and options that start from
//! one.

mod board;
mod error;
mod read;
mod start;

pub use board::{Board, VerifiedConfig};
pub use error::{Difference, Leaving, VerifiedError};
pub use read::list;
pub(crate) use start::{BOARD, board_of, is_of_kernel};
pub use start::{put, start};
