//! Pages of memory, and the page tables that they hang in.

use crate::failure::{Failure, check};
use crate::objects::Objects;
use core::mem::MaybeUninit;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_Error};

/// The bytes of a page.
pub const SIZE: usize = 4096;

/// A page's memory, mapped for ever.
pub type Page = &'static mut [MaybeUninit<u8>];

/// Makes a page and maps it at a free address, a multiple of [`SIZE`].
pub fn map_new(objects: &mut Objects, address: usize) -> Result<Page, Failure> {
    map_new_frame(objects, address).map(|(page, _)| page)
}

/// The same; returns the capability to the page's frame too.
pub fn map_new_frame(objects: &mut Objects, address: usize) -> Result<(Page, seL4_CPtr), Failure> {
    let frame = objects.create(sys::seL4_X86_4K)?;
    let mut code = map(frame, address);
    // A page hangs in a page table, that in a page directory, that in a PDPT, that in the address space. The kernel makes none
    // of them by itself: it says which one is missing, by the number of address bits that it would translate.
    while code == sys::seL4_FailedLookup {
        // SAFETY: the message registers hold the answer to the call that failed.
        let missing = unsafe { sys::seL4_GetMR(2) };
        map_table(objects, missing, address)?;
        code = map(frame, address);
    }
    check("mapping a page", code)?;
    // SAFETY: there is memory at that address now, of a page that did not exist before.
    let page = unsafe { core::slice::from_raw_parts_mut(address as *mut MaybeUninit<u8>, SIZE) };
    Ok((page, frame))
}

/// Maps a frame, to be read and written.
fn map(frame: seL4_CPtr, address: usize) -> seL4_Error {
    // SAFETY: nothing is mapped at that address, or the kernel refuses.
    unsafe {
        sys::seL4_X86_Page_Map(
            frame,
            sys::seL4_CapInitThreadVSpace as seL4_CPtr,
            address,
            sys::seL4_CapRights_new(0, 0, 1, 1),
            sys::seL4_X86_Default_VMAttributes,
        )
    }
}

/// Makes and maps a paging structure of the kind that is missing.
fn map_table(objects: &mut Objects, missing: usize, address: usize) -> Result<(), Failure> {
    // All three have the same parameters; only the object's kind and the call's name differ.
    type Map = unsafe extern "C" fn(seL4_CPtr, seL4_CPtr, usize, sys::seL4_X86_VMAttributes) -> seL4_Error;
    let (kind, map): (u32, Map) = match missing {
        39 => (sys::seL4_X86_PDPTObject, sys::seL4_X86_PDPT_Map),
        30 => (sys::seL4_X86_PageDirectoryObject, sys::seL4_X86_PageDirectory_Map),
        _ => (sys::seL4_X86_PageTableObject, sys::seL4_X86_PageTable_Map),
    };
    let table = objects.create(kind)?;
    let space = sys::seL4_CapInitThreadVSpace as seL4_CPtr;
    // SAFETY: an empty table changes no memory that is mapped already.
    let code = unsafe { map(table, space, address, sys::seL4_X86_Default_VMAttributes) };
    check("mapping a page table", code)
}
