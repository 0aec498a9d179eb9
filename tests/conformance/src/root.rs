//! The root task's resources: slots, addresses, kernel objects and pages. They are handed out and
//! never returned.

use crate::arch;
use crate::failure::{Failure, kernel};
use selfe_sys as sys;
use selfe_sys::{seL4_BootInfo, seL4_CPtr, seL4_CapRights_t};

/// The bytes of a page.
pub const PAGE: usize = 4096;

/// The start of the checks' pages: above any root task, and in user space on every architecture.
const FIRST_ADDRESS: usize = 0x4000_0000;

/// The initial capabilities of the root task.
pub const CNODE: seL4_CPtr = sys::seL4_CapInitThreadCNode as seL4_CPtr;
/// The address space that all threads share.
pub const VSPACE: seL4_CPtr = sys::seL4_CapInitThreadVSpace as seL4_CPtr;
/// The first thread.
pub const TCB: seL4_CPtr = sys::seL4_CapInitThreadTCB as seL4_CPtr;
/// The number of bits in the address of a slot.
pub const DEPTH: u8 = usize::BITS as u8;

/// The resources of the root task.
pub struct Root {
    /// What the kernel said at the start.
    pub info: &'static seL4_BootInfo,
    /// The first thread's reply object; null if the kernel has none.
    pub reply: seL4_CPtr,
    next_slot: seL4_CPtr,
    next_address: usize,
}

/// Reading and writing.
pub fn read_write() -> seL4_CapRights_t {
    sys::seL4_CapRights_new(0, 0, 1, 1)
}

/// Read-only.
pub fn read_only() -> seL4_CapRights_t {
    sys::seL4_CapRights_new(0, 0, 1, 0)
}

/// All rights of the capability itself.
pub fn all_rights() -> seL4_CapRights_t {
    sys::seL4_CapRights_new(1, 1, 1, 1)
}

impl Root {
    /// Takes all slots and all memory, so it may be called only once.
    pub fn new(info: &'static seL4_BootInfo) -> Self {
        let mut root = Root {
            info,
            reply: 0,
            next_slot: info.empty.start,
            next_address: FIRST_ADDRESS,
        };
        root.reply = root.new_reply().unwrap_or(0);
        root
    }

    /// An empty slot.
    pub fn slot(&mut self) -> Result<seL4_CPtr, Failure> {
        self.slots(1)
    }

    /// The first of that many consecutive empty slots.
    pub fn slots(&mut self, count: usize) -> Result<seL4_CPtr, Failure> {
        let first = self.next_slot;
        crate::ensure!(count <= self.info.empty.end - first, "there is no empty slot left");
        self.next_slot += count;
        Ok(first)
    }

    /// An unused address with room for that many pages.
    pub fn address(&mut self, pages: usize) -> usize {
        let address = self.next_address;
        // One page stays unmapped, so that overruns fault.
        self.next_address += (pages + 1) * PAGE;
        address
    }

    /// Creates an object with a fixed size.
    pub fn create(&mut self, kind: u32) -> Result<seL4_CPtr, Failure> {
        self.create_sized(kind, 0)
    }

    /// Creates an object with a chosen size.
    pub fn create_sized(&mut self, kind: u32, size_bits: usize) -> Result<seL4_CPtr, Failure> {
        let slot = self.slot()?;
        let info = self.info;
        let count = info.untyped.end - info.untyped.start;
        let mut code = sys::seL4_NotEnoughMemory;
        // Largest piece first, because it always has room: a debug kernel prints a message for each
        // piece that does not.
        for bits in (0..usize::BITS as u8).rev() {
            for (memory, untyped) in info.untypedList[..count].iter().zip(info.untyped.start..) {
                if code == sys::seL4_NotEnoughMemory && memory.isDevice == 0 && memory.sizeBits == bits {
                    code = retype(untyped, kind, size_bits, slot, 1);
                }
            }
        }
        kernel("making an object", code)?;
        Ok(slot)
    }

    /// Creates a reply object; null if the kernel has none.
    pub fn new_reply(&mut self) -> Result<seL4_CPtr, Failure> {
        #[cfg(KernelIsMCS)]
        return self.create(sys::seL4_ReplyObject);
        #[cfg(not(KernelIsMCS))]
        Ok(0)
    }

    /// Copies a capability; a badge of 0 means none.
    pub fn mint(&mut self, source: seL4_CPtr, badge: usize) -> Result<seL4_CPtr, Failure> {
        let slot = self.slot()?;
        // SAFETY: the slot is empty.
        let code = unsafe {
            match badge {
                0 => sys::seL4_CNode_Copy(CNODE, slot, DEPTH, CNODE, source, DEPTH, all_rights()),
                _ => sys::seL4_CNode_Mint(CNODE, slot, DEPTH, CNODE, source, DEPTH, all_rights(), badge),
            }
        };
        kernel("copying a capability", code)?;
        Ok(slot)
    }

    /// Maps a frame, creating page tables as needed.
    pub fn map(&mut self, frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> Result<(), Failure> {
        let mut code = arch::map(frame, address, rights);
        while code == sys::seL4_FailedLookup {
            // SAFETY: the message registers hold the answer to the failed call.
            let missing = unsafe { sys::seL4_GetMR(2) };
            let table = self.create(arch::table(missing))?;
            kernel("mapping a table", arch::map_table(table, missing, address))?;
            code = arch::map(frame, address, rights);
        }
        kernel("mapping a page", code)
    }

    /// Maps new memory at an unused address; returns the frame's capability and the address.
    pub fn page(&mut self) -> Result<(seL4_CPtr, usize), Failure> {
        let address = self.address(1);
        Ok((self.page_at(address)?, address))
    }

    /// Maps new memory at that address.
    pub fn page_at(&mut self, address: usize) -> Result<seL4_CPtr, Failure> {
        let frame = self.create(arch::PAGE)?;
        self.map(frame, address, read_write())?;
        Ok(frame)
    }

    /// Maps the page of a device; `None` if the root task was not given it. (On x86 the timer is
    /// behind I/O ports.)
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    pub fn device(&mut self, physical: usize) -> Result<Option<usize>, Failure> {
        let info = self.info;
        let count = info.untyped.end - info.untyped.start;
        let holds = |memory: &sys::seL4_UntypedDesc| {
            memory.isDevice != 0 && memory.paddr <= physical && (physical - memory.paddr) >> memory.sizeBits == 0
        };
        let Some(index) = info.untypedList[..count].iter().position(holds) else {
            return Ok(None);
        };
        let memory = &info.untypedList[index];
        let (mut untyped, mut start) = (info.untyped.start + index, memory.paddr);
        // Memory is handed out from its start, so it is halved until only the page is left.
        for bits in (PAGE.ilog2() as usize..usize::from(memory.sizeBits)).rev() {
            let (low, high) = (self.slot()?, self.slot()?);
            kernel(
                "halving a device's memory",
                retype(untyped, sys::seL4_UntypedObject, bits, low, 2),
            )?;
            untyped = low;
            if physical >= start + (1 << bits) {
                (untyped, start) = (high, start + (1 << bits));
            }
        }
        let frame = self.slot()?;
        kernel("making a device's frame", retype(untyped, arch::PAGE, 0, frame, 1))?;
        let address = self.address(1);
        self.map(frame, address, read_write())?;
        Ok(Some(address))
    }
}

fn retype(untyped: seL4_CPtr, kind: u32, bits: usize, slot: seL4_CPtr, count: usize) -> sys::seL4_Error {
    // SAFETY: the slots are empty, and untyped memory is not in use by this program.
    unsafe { sys::seL4_Untyped_Retype(untyped, kind as _, bits, CNODE, 0, 0, slot, count) }
}
