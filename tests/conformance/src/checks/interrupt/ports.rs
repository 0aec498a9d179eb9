//! x86: the PC's first timer, behind I/O ports, and pin 2 of the first I/O APIC.

use crate::failure::{Failure, kernel};
use crate::root::{CNODE, DEPTH, Root};
use selfe_sys as sys;

const DATA: usize = 0x40;
const COMMAND: usize = 0x43;
/// Channel 0, low byte then high byte, one interrupt at the end of the count.
const ONE_SHOT: usize = 0x30;
/// About ten milliseconds.
const COUNT: usize = 11_932;
const PIN: usize = 2;
/// Any that the kernel leaves to root tasks.
const VECTOR: usize = 10;

pub struct Timer {
    /// The capability to its interrupt.
    pub handler: usize,
    ports: usize,
}

impl Timer {
    /// Every PC has one.
    pub fn find(root: &mut Root) -> Result<Result<Self, &'static str>, Failure> {
        let (ports, handler) = (root.slot()?, root.slot()?);
        // SAFETY: the slots are empty, and the kernel does not use this timer.
        unsafe {
            kernel(
                "asking for the timer's ports",
                sys::seL4_X86_IOPortControl_Issue(sys::seL4_CapIOPortControl as _, DATA, COMMAND, CNODE, ports, DEPTH),
            )?;
            // Without a count it waits for one; the firmware has left it ticking.
            kernel(
                "stopping the timer",
                sys::seL4_X86_IOPort_Out8(ports, COMMAND, ONE_SHOT),
            )?;
            kernel(
                "asking for the timer's interrupt",
                sys::seL4_IRQControl_GetIOAPIC(
                    sys::seL4_CapIRQControl as _,
                    CNODE,
                    handler,
                    DEPTH,
                    0,
                    PIN,
                    0,
                    0,
                    VECTOR,
                ),
            )?;
        }
        Ok(Ok(Timer { handler, ports }))
    }

    /// Lets it fire soon, once.
    pub fn set(&self) -> Result<(), Failure> {
        for (port, value) in [(COMMAND, ONE_SHOT), (DATA, COUNT & 0xff), (DATA, COUNT >> 8)] {
            // SAFETY: the kernel does not use this timer.
            let code = unsafe { sys::seL4_X86_IOPort_Out8(self.ports, port, value) };
            kernel("setting the timer", code)?;
        }
        Ok(())
    }

    /// It fires once by itself.
    pub fn quiet(&self) -> Result<(), Failure> {
        Ok(())
    }
}
