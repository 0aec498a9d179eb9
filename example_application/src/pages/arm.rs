//! aarch64 and arm: a page hangs in page tables alone, which are all of one kind.

use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t, seL4_Error};

/// The kind of object that a page of 4 KiB is.
pub const PAGE: u32 = sys::seL4_ARM_SmallPageObject;

const SPACE: seL4_CPtr = sys::seL4_CapInitThreadVSpace as seL4_CPtr;

/// Maps a frame.
pub fn map(frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe { sys::seL4_ARM_Page_Map(frame, SPACE, address, rights, sys::seL4_ARM_Default_VMAttributes) }
}

/// The kind of object that the missing paging structure is.
pub fn table(_missing: usize) -> u32 {
    sys::seL4_ARM_PageTableObject
}

/// Maps a paging structure of the kind that is missing.
pub fn map_table(table: seL4_CPtr, _missing: usize, address: usize) -> seL4_Error {
    // SAFETY: an empty table changes no memory that is mapped already.
    unsafe { sys::seL4_ARM_PageTable_Map(table, SPACE, address, sys::seL4_ARM_Default_VMAttributes) }
}
