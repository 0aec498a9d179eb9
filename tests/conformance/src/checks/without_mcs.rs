//! Replaces the checks for `KernelIsMCS` on a kernel without it.

use crate::failure::{Checked, Outcome};
use crate::root::Root;

/// The check does not apply.
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel is without KernelIsMCS"))
}
