//! What the runner takes of the root task's resources, and how it gives tests a fresh state.

use core::ops::Range;
use selfe_sys as sys;
use selfe_sys::{seL4_BootInfo, seL4_CPtr};

/// The root CNode, and the bits of a slot's address in it.
pub const CNODE: seL4_CPtr = sys::seL4_CapInitThreadCNode as seL4_CPtr;
const DEPTH: u8 = usize::BITS as u8;

/// The runner's objects.
pub struct Resources {
    boot_info: &'static seL4_BootInfo,
    /// The runner's own untyped memory.
    untyped: seL4_CPtr,
    /// The control block of the tests' thread.
    pub tcb: seL4_CPtr,
    /// Where results and faults arrive.
    pub endpoint: seL4_CPtr,
    #[cfg(KernelIsMCS)]
    pub scheduling_context: seL4_CPtr,
    #[cfg(KernelIsMCS)]
    pub reply: seL4_CPtr,
    /// The slots that belong to the tests.
    slots: Range<seL4_CPtr>,
}

/// What the runner could not get.
pub struct Exhausted(pub &'static str);

impl Resources {
    /// Takes the last empty slots, and the smallest piece of memory that is large enough.
    pub fn take(boot_info: &'static seL4_BootInfo) -> Result<Self, Exhausted> {
        // The control block is the largest object, and the others together are smaller.
        let needed = sys::seL4_TCBBits as u8 + 1;
        let count = boot_info.untyped.end - boot_info.untyped.start;
        let (untyped, _) = (boot_info.untyped.start..)
            .zip(&boot_info.untypedList[..count])
            .filter(|(_, memory)| memory.isDevice == 0 && memory.sizeBits >= needed)
            .min_by_key(|(_, memory)| memory.sizeBits)
            .ok_or(Exhausted("no piece of untyped memory is large enough for a thread"))?;
        let mut end = boot_info.empty.end;
        let mut create = |kind: u32, bits: usize| {
            end -= 1;
            if end < boot_info.empty.start {
                return Err(Exhausted("no slot is empty"));
            }
            // SAFETY: the slot is empty, and the memory holds nothing of this program's.
            match unsafe { sys::seL4_Untyped_Retype(untyped, kind as _, bits, CNODE, 0, 0, end, 1) } {
                sys::seL4_NoError => Ok(end),
                _ => Err(Exhausted("the kernel did not make an object")),
            }
        };
        let tcb = create(sys::seL4_TCBObject, 0)?;
        let endpoint = create(sys::seL4_EndpointObject, 0)?;
        #[cfg(KernelIsMCS)]
        let scheduling_context = create(sys::seL4_SchedContextObject, sys::seL4_MinSchedContextBits as usize)?;
        #[cfg(KernelIsMCS)]
        let reply = create(sys::seL4_ReplyObject, 0)?;
        let slots = boot_info.empty.start..end;
        Ok(Resources {
            boot_info,
            untyped,
            tcb,
            endpoint,
            #[cfg(KernelIsMCS)]
            scheduling_context,
            #[cfg(KernelIsMCS)]
            reply,
            slots,
        })
    }

    /// Takes back everything that a test made: what it made of untyped memory, and every
    /// capability in a slot that was empty.
    pub fn reset(&self) {
        let untyped = self.boot_info.untyped;
        for memory in (untyped.start..untyped.end).filter(|memory| *memory != self.untyped) {
            // SAFETY: the test has stopped, and nothing of the runner's is made of this memory.
            // Revoking memory of which nothing is made does nothing.
            unsafe { sys::seL4_CNode_Revoke(CNODE, memory, DEPTH) };
        }
        for slot in self.slots.clone() {
            // SAFETY: as above. Deleting an empty slot does nothing.
            unsafe { sys::seL4_CNode_Delete(CNODE, slot, DEPTH) };
        }
    }
}
