//! The checks, one file each.

mod benchmarks;
mod boot_info;
mod bound_notification;
mod caps;
mod debug_calls;
mod domains;
#[cfg(KernelIsMCS)]
mod donation;
mod faults;
mod floating_point;
mod interrupt;
mod invocations;
mod ipc;
mod ipc_buffer;
#[cfg(KernelIsMCS)]
mod mcs_calls;
mod nodes;
mod notification;
mod pages;
mod preemption;
mod registers;
mod signals;
mod system_calls;
mod thread_errors;
mod thread_locals;
mod with_mrs;
#[cfg(not(KernelIsMCS))]
mod without_mcs;

use crate::failure::Checked;
use crate::root::Root;
#[cfg(not(KernelIsMCS))]
use without_mcs::{self as donation, self as mcs_calls};

/// The name and the function of each check.
type Check = (&'static str, fn(&mut Root) -> Checked);

/// All checks.
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
    ("faults", faults::reads::check),
    ("faults of fetches", faults::fetches::check),
    ("faults of capabilities", faults::caps::check),
    ("faults of system calls", faults::system_calls::check),
    ("faults of time", faults::timeouts::check),
    ("breakpoints", faults::breakpoints::check),
    ("notifications", notification::check),
    ("bound notifications", bound_notification::check),
    ("scheduling contexts", donation::check),
    ("domains", domains::check),
    ("threads' errors", thread_errors::check),
    ("pages", pages::check),
    ("registers", registers::check),
    ("benchmarks", benchmarks::check),
    ("turns by the clock", preemption::check),
    ("floating point", floating_point::check),
    ("nodes", nodes::check),
    ("interrupts", interrupt::check),
];
