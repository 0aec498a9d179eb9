//! riscv32 and riscv64: all levels of page tables are of one kind.

use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t, seL4_Error};

/// The kind of object for a page of 4 KiB.
pub const PAGE: u32 = sys::seL4_RISCV_4K_Page;

const SPACE: seL4_CPtr = sys::seL4_CapInitThreadVSpace as seL4_CPtr;

/// Maps a frame.
pub fn map(frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe { sys::seL4_RISCV_Page_Map(frame, SPACE, address, rights, sys::seL4_RISCV_Default_VMAttributes) }
}

/// The kind of object that the missing paging structure is.
pub fn table(_missing: usize) -> u32 {
    sys::seL4_RISCV_PageTableObject
}

/// Maps a paging structure of the kind that is missing.
pub fn map_table(table: seL4_CPtr, _missing: usize, address: usize) -> seL4_Error {
    // SAFETY: an empty table changes no mapping that exists.
    unsafe { sys::seL4_RISCV_PageTable_Map(table, SPACE, address, sys::seL4_RISCV_Default_VMAttributes) }
}
