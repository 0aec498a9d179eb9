//! x86: a page needs a page table, which needs a page directory; on x86_64 that needs a PDPT in the
//! address space.

use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t, seL4_Error};

/// The kind of object for a page of 4 KiB.
pub const PAGE: u32 = sys::seL4_X86_4K;

const SPACE: seL4_CPtr = sys::seL4_CapInitThreadVSpace as seL4_CPtr;

/// Maps a frame.
pub fn map(frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe { sys::seL4_X86_Page_Map(frame, SPACE, address, rights, sys::seL4_X86_Default_VMAttributes) }
}

/// All have the same parameters; only the object's kind and the call's name differ.
type Map = unsafe extern "C" fn(seL4_CPtr, seL4_CPtr, usize, sys::seL4_X86_VMAttributes) -> seL4_Error;

/// The kind of the paging structure that is missing, and the call that maps it.
fn structure(missing: usize) -> (u32, Map) {
    match missing {
        #[cfg(target_arch = "x86_64")]
        39 => (sys::seL4_X86_PDPTObject, sys::seL4_X86_PDPT_Map),
        #[cfg(target_arch = "x86_64")]
        30 => (sys::seL4_X86_PageDirectoryObject, sys::seL4_X86_PageDirectory_Map),
        _ => (sys::seL4_X86_PageTableObject, sys::seL4_X86_PageTable_Map),
    }
}

/// The kind of object that the missing paging structure is.
pub fn table(missing: usize) -> u32 {
    structure(missing).0
}

/// Maps a paging structure of the kind that is missing.
pub fn map_table(table: seL4_CPtr, missing: usize, address: usize) -> seL4_Error {
    let (_, map) = structure(missing);
    // SAFETY: an empty table changes no mapping that exists.
    unsafe { map(table, SPACE, address, sys::seL4_X86_Default_VMAttributes) }
}
