//! A thread that reads unmapped memory: its handler learns the address, and lets it continue with
//! the page mapped or elsewhere.

use super::{counter, goes_on_elsewhere};
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::handler::Handler;
use crate::message::word;
use crate::root::Root;
use crate::thread::{Thread, give_way};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

static READ: AtomicUsize = AtomicUsize::new(0);

const VALUE: usize = 0x5e14_c0de;
const ELSEWHERE: usize = 0x0e15_e44e;

/// Waits for a fault and returns its address.
pub fn address(handler: &Handler) -> Result<usize, Failure> {
    let fault = handler.wait(sys::seL4_Fault_VMFault)?;
    let (at, of) = (
        word(sys::seL4_VMFault_Addr as usize),
        word(sys::seL4_VMFault_IP as usize),
    );
    let found = sys::seL4_Fault_VMFault_get_Addr(fault) as usize;
    ensure!(
        found == at,
        "seL4_getFault's address is {found:#x}, the message's {at:#x}"
    );
    let found = sys::seL4_Fault_VMFault_get_IP(fault) as usize;
    ensure!(
        found == of,
        "seL4_getFault's counter is {found:#x}, the message's {of:#x}"
    );
    let fetches = word(sys::seL4_VMFault_PrefetchFault as usize);
    ensure!(
        fetches == 0,
        "it is told to have been an instruction's fetch: {fetches:#x}"
    );
    Ok(at)
}

/// Maps the page for one thread, and changes the registers of another.
pub fn check(root: &mut Root) -> Checked {
    let handler = Handler::new(root)?;
    let place = root.address(1) + 0x128;
    let thread = Thread::new(root, handler.cap)?;
    thread.start(reads, place)?;
    let found = address(&handler)?;
    ensure!(found == place, "the fault was at {found:#x}, not {place:#x}");
    let at = word(sys::seL4_VMFault_IP as usize);
    let counter = counter(&thread)?;
    ensure!(at == counter, "the fault was of {at:#x}, the thread is at {counter:#x}");
    root.page_at(place & !0xfff)?;
    // SAFETY: the page is mapped now, and the thread is stopped.
    unsafe { (place as *mut usize).write_volatile(VALUE) };
    handler.answer(0, 0);
    give_way(|| READ.load(SeqCst) != 0);
    let read = READ.load(SeqCst);
    ensure!(read == VALUE, "the thread went on and read {read:#x}, not {VALUE:#x}");

    let thread = Thread::new(root, handler.cap)?;
    let place = root.address(1) + 0x40;
    thread.start(reads, place)?;
    let found = address(&handler)?;
    ensure!(found == place, "the second fault was at {found:#x}, not {place:#x}");
    goes_on_elsewhere(&thread, ELSEWHERE)?;
    Ok(Outcome::Ok)
}

fn reads(place: usize) {
    // SAFETY: the handler decides whether the address is mapped.
    READ.store(unsafe { (place as *const usize).read_volatile() }, SeqCst);
}
