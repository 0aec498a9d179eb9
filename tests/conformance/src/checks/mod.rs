//! The checks, one a file.

mod boot_info;
mod caps;
mod debug_calls;
mod fault;
mod floating_point;
mod interrupt;
mod invocations;
mod ipc;
mod ipc_buffer;
mod mcs_calls;
mod nodes;
mod notification;
mod pages;
mod registers;
mod signals;
mod system_calls;
mod thread_locals;
mod with_mrs;

use crate::failure::Checked;
use crate::root::Root;

/// A check's name, and the check.
type Check = (&'static str, fn(&mut Root) -> Checked);

/// All of them.
pub const CHECKS: &[Check] = &[
    ("boot info", boot_info::check),
    ("thread-local variables", thread_locals::check),
    ("messages", ipc::check),
    ("system calls", system_calls::check),
    ("system calls with words by pointers", with_mrs::check),
    ("system calls of MCS", mcs_calls::check),
    ("signals and turns", signals::check),
    ("the IPC buffer", ipc_buffer::check),
    ("capabilities in messages", caps::check),
    ("debug calls", debug_calls::check),
    ("invocations", invocations::check),
    ("faults", fault::check),
    ("notifications", notification::check),
    ("pages", pages::check),
    ("registers", registers::check),
    ("floating point", floating_point::check),
    ("nodes", nodes::check),
    ("interrupts", interrupt::check),
];
