//! x86: the first timer of the PC, behind I/O ports, on pin 2 of the first I/O APIC.

use crate::failure::{Failure, kernel};
use crate::root::{CNODE, DEPTH, Root};
use selfe_sys as sys;

const DATA: usize = 0x40;
const COMMAND: usize = 0x43;
/// Channel 0, low byte then high byte, one interrupt at the end of the count.
const ONE_SHOT: usize = 0x30;
/// The same for a count that starts on a hardware signal, which this channel does not have.
const NEVER: usize = 0x32;
/// About ten milliseconds.
const COUNT: usize = 11_932;
const PIN: usize = 2;
/// A vector that the kernel leaves to root tasks.
const VECTOR: usize = 10;

pub struct Timer {
    /// The interrupt handler capability.
    pub handler: usize,
    ports: usize,
}

impl Timer {
    /// Every PC has this timer.
    pub fn find(root: &mut Root) -> Result<Result<Self, &'static str>, Failure> {
        let (ports, handler) = (root.slot()?, root.slot()?);
        // SAFETY: the slot is empty, and the kernel does not use this timer.
        kernel("asking for the timer's ports", unsafe {
            sys::seL4_X86_IOPortControl_Issue(sys::seL4_CapIOPortControl as _, DATA, COMMAND, CNODE, ports, DEPTH)
        })?;
        let timer = Timer { handler, ports };
        // The firmware leaves the timer running. It has to stop before the pin is enabled, and
        // stopping it may itself raise an interrupt: QEMU continues the firmware's count until
        // there is another.
        timer.write(&[(COMMAND, NEVER), (DATA, 1), (DATA, 0)])?;
        // SAFETY: the slot is empty.
        kernel("asking for the timer's interrupt", unsafe {
            let control = sys::seL4_CapIRQControl as _;
            sys::seL4_IRQControl_GetIOAPIC(control, CNODE, handler, DEPTH, 0, PIN, 0, 0, VECTOR)
        })?;
        Ok(Ok(timer))
    }

    fn write(&self, writes: &[(usize, usize)]) -> Result<(), Failure> {
        for (port, value) in writes {
            // SAFETY: the kernel does not use this timer.
            let code = unsafe { sys::seL4_X86_IOPort_Out8(self.ports, *port, *value) };
            kernel("setting the timer", code)?;
        }
        Ok(())
    }

    /// Programs it to fire once, soon.
    pub fn set(&self) -> Result<(), Failure> {
        self.write(&[(COMMAND, ONE_SHOT), (DATA, COUNT & 0xff), (DATA, COUNT >> 8)])
    }

    /// Nothing to clear: it fires once.
    #[allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "a device behind memory has something to write"
    )]
    pub fn quiet(&self) -> Result<(), Failure> {
        Ok(())
    }
}
