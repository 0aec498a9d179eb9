//! The checks, one a file.

mod boot_info;
mod fault;
mod floating_point;
mod interrupt;
mod ipc;
mod nodes;
mod notification;
mod pages;
mod registers;
mod thread_locals;

use crate::failure::Checked;
use crate::root::Root;

/// A check's name, and the check.
type Check = (&'static str, fn(&mut Root) -> Checked);

/// All of them.
pub const CHECKS: &[Check] = &[
    ("boot info", boot_info::check),
    ("thread-local variables", thread_locals::check),
    ("messages", ipc::check),
    ("faults", fault::check),
    ("notifications", notification::check),
    ("pages", pages::check),
    ("registers", registers::check),
    ("floating point", floating_point::check),
    ("nodes", nodes::check),
    ("interrupts", interrupt::check),
];
