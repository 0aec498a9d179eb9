//! x86: pages hang in tables of several kinds; the kernel names the missing one by the address bits that it translates.

use crate::root::VSPACE;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t, seL4_Error};

/// The object that is a page of memory.
pub const FRAME: u32 = sys::seL4_X86_4K;

/// Maps a frame.
pub fn map(frame: seL4_CPtr, address: usize, rights: seL4_CapRights_t) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe { sys::seL4_X86_Page_Map(frame, VSPACE, address, rights, sys::seL4_X86_Default_VMAttributes) }
}

/// Takes a frame out of the address space.
pub fn unmap(frame: seL4_CPtr) -> seL4_Error {
    // SAFETY: the caller has no more use for that memory.
    unsafe { sys::seL4_X86_Page_Unmap(frame) }
}

/// The kind of table that is missing.
pub fn table(missing: usize) -> u32 {
    match missing {
        #[cfg(target_arch = "x86_64")]
        39 => sys::seL4_X86_PDPTObject,
        #[cfg(target_arch = "x86_64")]
        30 => sys::seL4_X86_PageDirectoryObject,
        _ => sys::seL4_X86_PageTableObject,
    }
}

/// Maps it.
pub fn map_table(table: seL4_CPtr, missing: usize, address: usize) -> seL4_Error {
    type Map = unsafe extern "C" fn(seL4_CPtr, seL4_CPtr, usize, sys::seL4_X86_VMAttributes) -> seL4_Error;
    let map: Map = match missing {
        #[cfg(target_arch = "x86_64")]
        39 => sys::seL4_X86_PDPT_Map,
        #[cfg(target_arch = "x86_64")]
        30 => sys::seL4_X86_PageDirectory_Map,
        _ => sys::seL4_X86_PageTable_Map,
    };
    // SAFETY: an empty table changes no memory that is mapped already.
    unsafe { map(table, VSPACE, address, sys::seL4_X86_Default_VMAttributes) }
}
