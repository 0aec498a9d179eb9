//! Stands for each check of kernels with `KernelIsMCS` on a kernel without it.

use crate::failure::{Checked, Outcome};
use crate::root::Root;

/// There is nothing to check.
pub fn check(_: &mut Root) -> Checked {
    Ok(Outcome::Skipped("the kernel is without KernelIsMCS"))
}
