//! A fault handler, which receives a message for each fault. The label gives the kind of fault.

use crate::ensure;
use crate::failure::Failure;
use crate::message;
use crate::root::Root;
use crate::thread::give_way;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_Fault_t, seL4_MessageInfo_t};

/// The badge of the capability that faults are sent through. Without a badge, a message could not
/// be distinguished from none.
const BADGE: usize = 0xfa;

/// An endpoint for faults.
pub struct Handler {
    /// The capability that a thread sends its faults through.
    pub cap: seL4_CPtr,
    endpoint: seL4_CPtr,
    reply: seL4_CPtr,
}

impl Handler {
    /// Creates an endpoint, with the first thread as the handler.
    pub fn new(root: &mut Root) -> Result<Self, Failure> {
        let endpoint = root.create(sys::seL4_EndpointObject)?;
        Ok(Handler {
            cap: root.mint(endpoint, BADGE)?,
            endpoint,
            reply: root.reply,
        })
    }

    /// Lets other threads run until one raises a fault of this kind, and checks that libsel4's
    /// functions recognise it. The message stays in the IPC buffer.
    pub fn wait(&self, kind: u32) -> Result<seL4_Fault_t, Failure> {
        let mut received = None;
        give_way(|| {
            received = message::poll(self.endpoint, self.reply);
            received.is_some()
        });
        let Some((info, badge)) = received else {
            return Err(Failure::new(format_args!("no thread had a fault of kind {kind}")));
        };
        let found = message::label(info);
        ensure!(found == kind as usize, "a fault of kind {found}, not {kind}");
        ensure!(badge == BADGE, "a fault with badge {badge:#x}, not {BADGE:#x}");
        is_of(info, kind)?;
        // SAFETY: the message is in this thread's buffer.
        let fault = unsafe { sys::seL4_getFault(info) };
        let found = sys::seL4_Fault_get_seL4_FaultType(fault) as u32;
        ensure!(found == kind, "seL4_getFault makes kind {found} of kind {kind}");
        Ok(fault)
    }

    /// Answers the last message with that many words of the buffer. With a label of 0 the thread
    /// continues.
    pub fn answer(&self, label: usize, words: usize) {
        message::answer(self.reply, message::info(label, words));
    }
}

/// A function of libsel4 that recognises one kind of fault.
type Is = unsafe extern "C" fn(seL4_MessageInfo_t) -> sys::seL4_Bool;

/// All kinds with such a function.
const KINDS: &[(&str, u32, Is)] = &[
    ("Null", sys::seL4_Fault_NullFault, sys::seL4_isNullFault_tag),
    ("Cap", sys::seL4_Fault_CapFault, sys::seL4_isCapFault_tag),
    (
        "UnknownSyscall",
        sys::seL4_Fault_UnknownSyscall,
        sys::seL4_isUnknownSyscall_tag,
    ),
    (
        "UserException",
        sys::seL4_Fault_UserException,
        sys::seL4_isUserException_tag,
    ),
    ("VM", sys::seL4_Fault_VMFault, sys::seL4_isVMFault_tag),
    #[cfg(KernelIsMCS)]
    ("Timeout", sys::seL4_Fault_Timeout, sys::seL4_isTimeoutFault_tag),
    #[cfg(HardwareDebugAPI)]
    (
        "DebugException",
        sys::seL4_Fault_DebugException,
        sys::seL4_isDebugException_tag,
    ),
];

/// Each function recognises only its own kind.
fn is_of(info: seL4_MessageInfo_t, kind: u32) -> Result<(), Failure> {
    for &(name, of, is) in KINDS {
        // SAFETY: it only reads its argument.
        let says = unsafe { is(info) } != 0;
        ensure!(
            says == (of == kind),
            "libsel4 says {says} to whether kind {kind} is a fault of kind {of}, {name}"
        );
    }
    Ok(())
}
