//! A fault of a test's thread, told in the words of the kernel's own reports.

use core::fmt;
use selfe_sys as sys;

/// A fault, read from the message registers.
pub struct Fault {
    kind: Kind,
    /// The address of the instruction; 0 if the message has none.
    pub instruction: usize,
}

enum Kind {
    Memory {
        is_code: bool,
        address: usize,
        status: usize,
    },
    Capability {
        address: usize,
        is_receive: bool,
    },
    SystemCall(usize),
    Exception {
        number: usize,
        code: usize,
    },
    #[cfg(KernelIsMCS)]
    Timeout,
    Other(usize),
}

impl Fault {
    /// Reads the fault from the message with this label.
    ///
    /// # Safety
    /// The message registers hold a fault message.
    pub unsafe fn read(label: usize) -> Self {
        // SAFETY: as the caller promises.
        let word = |index: usize| unsafe { sys::seL4_GetMR(index as _) };
        let label_is = |known: usize| label == known;
        if label_is(sys::seL4_Fault_VMFault as usize) {
            let kind = Kind::Memory {
                is_code: word(sys::seL4_VMFault_PrefetchFault as usize) != 0,
                address: word(sys::seL4_VMFault_Addr as usize),
                status: word(sys::seL4_VMFault_FSR as usize),
            };
            return Fault::new(kind, word(sys::seL4_VMFault_IP as usize));
        }
        if label_is(sys::seL4_Fault_CapFault as usize) {
            let kind = Kind::Capability {
                address: word(sys::seL4_CapFault_Addr as usize),
                is_receive: word(sys::seL4_CapFault_InRecvPhase as usize) != 0,
            };
            return Fault::new(kind, word(sys::seL4_CapFault_IP as usize));
        }
        if label_is(sys::seL4_Fault_UnknownSyscall as usize) {
            let kind = Kind::SystemCall(word(sys::seL4_UnknownSyscall_Syscall as usize));
            return Fault::new(kind, word(sys::seL4_UnknownSyscall_FaultIP as usize));
        }
        if label_is(sys::seL4_Fault_UserException as usize) {
            let kind = Kind::Exception {
                number: word(sys::seL4_UserException_Number as usize),
                code: word(sys::seL4_UserException_Code as usize),
            };
            return Fault::new(kind, word(sys::seL4_UserException_FaultIP as usize));
        }
        #[cfg(KernelIsMCS)]
        if label_is(sys::seL4_Fault_Timeout as usize) {
            return Fault::new(Kind::Timeout, 0);
        }
        Fault::new(Kind::Other(label), 0)
    }

    /// The address of the data that was accessed.
    pub fn address(&self) -> Option<usize> {
        match self.kind {
            Kind::Memory {
                is_code: false,
                address,
                ..
            } => Some(address),
            _ => None,
        }
    }

    fn new(kind: Kind, instruction: usize) -> Self {
        Fault { kind, instruction }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Memory {
                is_code,
                address,
                status,
            } => {
                let what = if is_code { "code" } else { "data" };
                write!(f, "vm fault on {what} at address {address:#x} with status {status:#x}")
            }
            Kind::Capability { address, is_receive } => {
                let phase = if is_receive { "receive" } else { "send" };
                write!(f, "cap fault in {phase} phase at address {address:#x}")
            }
            Kind::SystemCall(number) => write!(f, "unknown syscall {number:#x}"),
            Kind::Exception { number, code } => write!(f, "user exception {number:#x} code {code:#x}"),
            #[cfg(KernelIsMCS)]
            Kind::Timeout => f.write_str("Timeout fault for 0x0"),
            Kind::Other(label) => write!(f, "fault with label {label:#x}"),
        }
    }
}
