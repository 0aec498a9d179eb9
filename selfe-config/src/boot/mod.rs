//! Booting an image and watching it: what every way of booting shares. [`qemu`] is the first way.
//!
//! A way of booting starts a machine and provides a [`watch::Running`]; `watch::run` passes the
//! console through, finds out how the run ended, and stops the machine. A second way is another
//! file beside `qemu`.

mod backtrace;
mod boot_text;
pub(crate) mod console;
mod ends;
pub mod explain;
mod fault;
pub mod interrupt;
mod last_words;
pub mod outcome;
pub mod qemu;
pub(crate) mod scan;
mod scratch;
mod sequence;
mod terminal;
pub mod watch;

pub use fault::Fault;
pub use last_words::End;
pub use scan::Observation;
pub use scratch::Scratch;
