//! A thread that continues at an address without code: the fault says that it was an instruction
//! fetch, and where.

use super::{counter, goes_on_elsewhere};
use crate::arch;
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::handler::Handler;
use crate::message::word;
use crate::root::Root;
use crate::thread::Thread;
use selfe_sys as sys;

/// An unmapped address, and one that is not executable if the kernel has such mappings.
pub fn check(root: &mut Root) -> Checked {
    let nowhere = root.address(1) + 0x80;
    fetches(root, nowhere, "from where nothing is mapped")?;
    let (frame, page) = root.page()?;
    if let Some(code) = arch::forbid_execution(frame, page) {
        kernel("forbidding to execute a page", code)?;
        fetches(root, page, "from a page that may not be executed")?;
    }
    Ok(Outcome::Ok)
}

/// A thread that continues at that address faults, and can then be moved elsewhere.
fn fetches(root: &mut Root, place: usize, what: &str) -> Result<(), Failure> {
    const ELSEWHERE: usize = 0x0e15_e4e4;
    let handler = Handler::new(root)?;
    let thread = Thread::new(root, handler.cap)?;
    thread.jump(place, 0)?;
    thread.resume()?;
    let fault = handler.wait(sys::seL4_Fault_VMFault)?;
    let found = word(sys::seL4_VMFault_Addr as usize);
    ensure!(
        found == place,
        "a fetch {what} is a fault at {found:#x}, not {place:#x}"
    );
    let found = word(sys::seL4_VMFault_IP as usize);
    ensure!(
        found == place,
        "a fetch {what} is a fault of {found:#x}, not {place:#x}"
    );
    let fetches = word(sys::seL4_VMFault_PrefetchFault as usize);
    let wanted = usize::from(arch::tells_fetches());
    ensure!(
        fetches == wanted,
        "a fetch {what}: the message says {fetches:#x}, not {wanted:#x}"
    );
    let told = sys::seL4_Fault_VMFault_get_PrefetchFault(fault) as usize;
    ensure!(told == fetches, "a fetch {what}: seL4_getFault says {told:#x}");
    let counter = counter(&thread)?;
    ensure!(counter == place, "a fetch {what}: the thread stands at {counter:#x}");
    goes_on_elsewhere(&thread, ELSEWHERE)
}
