//! Domains: a thread runs only in the time of its own domain. The kernel's default schedule gives
//! all time to the first domain.

use crate::ensure;
use crate::failure::{Checked, Outcome, kernel};
use crate::root::Root;
use crate::thread::{Thread, give_way, settle};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_Error};

const DOMAINS: usize = sys::CONFIG_NUM_DOMAINS as usize;

static COUNT: AtomicUsize = AtomicUsize::new(0);

fn set(domain: usize, tcb: seL4_CPtr) -> seL4_Error {
    // SAFETY: the thread may be stopped at any point.
    unsafe { sys::seL4_DomainSet_Set(sys::seL4_CapDomain as seL4_CPtr, domain as _, tcb) }
}

/// A thread that is moved to the last domain, and then to the first one.
pub fn check(root: &mut Root) -> Checked {
    let thread = Thread::new(root, 0)?;
    let code = set(DOMAINS, thread.tcb);
    let wanted = sys::seL4_InvalidArgument;
    ensure!(
        code == wanted,
        "a domain that is one too many: the kernel answered {code}, not {wanted}"
    );
    if DOMAINS == 1 {
        return Ok(Outcome::Skipped("the kernel has one domain"));
    }
    kernel("setting a thread's domain", set(DOMAINS - 1, thread.tcb))?;
    thread.start(counts, 0)?;
    settle();
    let count = COUNT.load(SeqCst);
    ensure!(count == 0, "a thread of domain {} counted to {count}", DOMAINS - 1);
    kernel("setting a thread's domain", set(0, thread.tcb))?;
    give_way(|| COUNT.load(SeqCst) != 0);
    let count = COUNT.load(SeqCst);
    ensure!(count == 1, "a thread of the first domain counted to {count}");
    Ok(Outcome::Ok)
}

fn counts(_: usize) {
    COUNT.fetch_add(1, SeqCst);
}
