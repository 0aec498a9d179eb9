//! A thread that invokes an invalid capability address: the fault says where the lookup failed and
//! why. If the handler then places a capability there, the system call is repeated.

use super::{counter, goes_on_elsewhere};
use crate::ensure;
use crate::failure::{Checked, Failure, Outcome, kernel};
use crate::forms::{C, Form, Inline};
use crate::handler::Handler;
use crate::message::{info, word};
use crate::root::{CNODE, DEPTH, Root, all_rights};
use crate::thread::{Thread, give_way};
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

const SENDER: usize = 0x77;
const LABEL: usize = 0x1234;
const ELSEWHERE: usize = 0x0e15_e321;

/// The badge and the label that a thread received.
static RECEIVED: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];
static REPLY: AtomicUsize = AtomicUsize::new(0);

/// Sends and receives, in both forms.
pub fn check(root: &mut Root) -> Checked {
    sends::<C>(root)?;
    sends::<Inline>(root)?;
    receives::<C>(root)?;
    receives::<Inline>(root)?;
    Ok(Outcome::Ok)
}

/// Sends to an address whose bits differ from the guard of the root CNode.
fn sends<F: Form>(root: &mut Root) -> Result<(), Failure> {
    let handler = Handler::new(root)?;
    let thread = Thread::new(root, handler.cap)?;
    let bits = root.info.initThreadCNodeSizeBits;
    let outside = 1 << bits;
    thread.start(|to| F::send(to, info(0, 0)), outside)?;
    let fault = handler.wait(sys::seL4_Fault_CapFault)?;
    let found = [
        word(sys::seL4_CapFault_BitsLeft as usize),
        word(sys::seL4_CapFault_GuardMismatch_GuardFound as usize),
        word(sys::seL4_CapFault_GuardMismatch_BitsFound as usize),
    ];
    let wanted = [usize::BITS as usize, 0, usize::BITS as usize - bits];
    ensure!(
        found == wanted,
        "bits left, the guard and its bits are {found:x?}, not {wanted:x?}"
    );
    same(
        fault,
        &thread,
        "sending",
        [outside, 0, sys::seL4_GuardMismatch as usize],
    )?;
    goes_on_elsewhere(&thread, ELSEWHERE)
}

/// Receives from an empty slot, which is then filled.
fn receives<F: Form>(root: &mut Root) -> Result<(), Failure> {
    let handler = Handler::new(root)?;
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    let sender = root.mint(endpoint, SENDER)?;
    let slot = root.slot()?;
    REPLY.store(root.new_reply()?, SeqCst);
    RECEIVED.iter().for_each(|word| word.store(0, SeqCst));
    let thread = Thread::new(root, handler.cap)?;
    thread.start(receives_from::<F>, slot)?;
    let fault = handler.wait(sys::seL4_Fault_CapFault)?;
    same(
        fault,
        &thread,
        "receiving",
        [slot, 1, sys::seL4_MissingCapability as usize],
    )?;
    // SAFETY: the slot is empty.
    kernel("filling the slot", unsafe {
        sys::seL4_CNode_Copy(CNODE, slot, DEPTH, CNODE, endpoint, DEPTH, all_rights())
    })?;
    handler.answer(0, 0);
    give_way(|| {
        F::nb_send(sender, info(LABEL, 0));
        RECEIVED[0].load(SeqCst) != 0
    });
    let found = RECEIVED.each_ref().map(|word| word.load(SeqCst));
    ensure!(
        found == [SENDER, LABEL],
        "receiving once more ({}): badge and label are {found:x?}",
        F::NAME
    );
    thread.suspend()
}

fn receives_from<F: Form>(slot: usize) {
    let mut badge = 0;
    let message = F::recv(slot, Some(&mut badge), REPLY.load(SeqCst));
    RECEIVED[1].store(crate::message::label(message), SeqCst);
    RECEIVED[0].store(badge, SeqCst);
}

/// A fault as described by the message, by libsel4's struct and by the thread's registers: the
/// program counter, and the address, phase and reason.
fn same(fault: sys::seL4_Fault_t, thread: &Thread, doing: &str, wanted: [usize; 3]) -> Result<(), Failure> {
    let found = [
        sys::seL4_CapFault_IP,
        sys::seL4_CapFault_Addr,
        sys::seL4_CapFault_InRecvPhase,
        sys::seL4_CapFault_LookupFailureType,
    ];
    let found = found.map(|index| word(index as usize));
    let told = [
        sys::seL4_Fault_CapFault_get_IP(fault),
        sys::seL4_Fault_CapFault_get_Addr(fault),
        sys::seL4_Fault_CapFault_get_InRecvPhase(fault),
        sys::seL4_Fault_CapFault_get_LookupFailureType(fault),
    ];
    let told = told.map(|word| word as usize);
    ensure!(
        found == told,
        "{doing}: seL4_getFault says {told:x?}, the message {found:x?}"
    );
    let [address, phase, reason] = wanted;
    let wanted = [counter(thread)?, address, phase, reason];
    ensure!(
        found == wanted,
        "{doing}: counter, address, phase and reason are {found:x?}, not {wanted:x?}"
    );
    Ok(())
}
