//! RISC-V: pages hang in tables of one kind.

use crate::root::VSPACE;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t, seL4_Error};

/// The object that is a page of memory.
pub const FRAME: u32 = sys::seL4_RISCV_4K_Page;

/// Maps a frame.
pub fn map(frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe { sys::seL4_RISCV_Page_Map(frame, VSPACE, address, rights, sys::seL4_RISCV_Default_VMAttributes) }
}

/// Takes a frame out of the address space.
pub fn unmap(frame: seL4_CPtr) -> seL4_Error {
    // SAFETY: the caller has no more use for that memory.
    unsafe { sys::seL4_RISCV_Page_Unmap(frame) }
}

/// The kind of table that is missing.
pub fn table(_: usize) -> u32 {
    sys::seL4_RISCV_PageTableObject
}

/// Maps it.
pub fn map_table(table: seL4_CPtr, _: usize, address: usize) -> seL4_Error {
    // SAFETY: an empty table changes no memory that is mapped already.
    unsafe { sys::seL4_RISCV_PageTable_Map(table, VSPACE, address, sys::seL4_RISCV_Default_VMAttributes) }
}
