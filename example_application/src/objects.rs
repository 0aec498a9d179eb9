//! Kernel objects, made from untyped memory.
//!
//! The kernel allocates nothing by itself: a program that wants an object names the untyped memory
//! that it is made from, and an empty slot for its capability. This module hands out the slots in
//! order and tries the pieces of memory in order. It never takes anything back, which is enough for
//! a program that makes a few objects and keeps them.

use crate::failure::{Failure, check};
use crate::memory;
use selfe_sys as sys;
use selfe_sys::{seL4_BootInfo, seL4_CPtr};

/// Makes kernel objects.
pub struct Objects {
    info: &'static seL4_BootInfo,
    next_slot: seL4_CPtr,
}

impl Objects {
    /// Uses all slots and all memory of the boot info: make only one.
    pub fn new(info: &'static seL4_BootInfo) -> Self {
        Objects {
            info,
            next_slot: info.empty.start,
        }
    }

    /// Makes an object of a kind with a fixed size, such as `seL4_TCBObject`, and returns its
    /// capability.
    pub fn create(&mut self, kind: u32) -> Result<seL4_CPtr, Failure> {
        self.create_of_size(kind, 0)
    }

    /// Makes a scheduling context for the first node, with all of its time.
    #[cfg(KernelIsMCS)]
    pub fn scheduling_context(&mut self) -> Result<seL4_CPtr, Failure> {
        const MICROSECONDS: u64 = 10_000;
        let context = self.create_of_size(sys::seL4_SchedContextObject, sys::seL4_MinSchedContextBits as usize)?;
        selfe_runtime::thread::set_budget(self.info.schedcontrol.start, context, MICROSECONDS, MICROSECONDS)?;
        Ok(context)
    }

    /// Makes an object of 2<sup>`bits`</sup> bytes; for a kind with a fixed size, `bits` is 0.
    fn create_of_size(&mut self, kind: u32, bits: usize) -> Result<seL4_CPtr, Failure> {
        let slot = self.next_slot;
        let mut code = sys::seL4_NotEnoughMemory;
        let ram = memory::untyped(self.info)
            .iter()
            .zip(self.info.untyped.start..)
            .filter(|(memory, _)| memory.isDevice == 0);
        for (_, untyped) in ram {
            // SAFETY: the slot is empty, and untyped memory contains nothing of ours.
            code = unsafe {
                sys::seL4_Untyped_Retype(
                    untyped,
                    kind as usize,
                    bits,
                    sys::seL4_CapInitThreadCNode as seL4_CPtr,
                    0, // The slot lies in the root CNode itself, not in one below it.
                    0,
                    slot,
                    1,
                )
            };
            // The piece is too small or used up: try the next one.
            if code != sys::seL4_NotEnoughMemory {
                break;
            }
        }
        check("making a kernel object of untyped memory", code)?;
        self.next_slot += 1;
        Ok(slot)
    }
}
