//! Pages of memory, and the page tables for them.

#[cfg_attr(any(target_arch = "aarch64", target_arch = "arm"), path = "pages/arm.rs")]
#[cfg_attr(any(target_arch = "riscv32", target_arch = "riscv64"), path = "pages/riscv.rs")]
#[cfg_attr(any(target_arch = "x86", target_arch = "x86_64"), path = "pages/x86.rs")]
mod arch;

use crate::failure::{Failure, check};
use crate::objects::Objects;
use core::mem::MaybeUninit;
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

/// The bytes of a page.
pub const SIZE: usize = 4096;

/// The memory of a page that stays mapped forever.
pub type Page = &'static mut [MaybeUninit<u8>];

/// Makes a page and maps it at a free address, a multiple of [`SIZE`].
pub fn map_new(objects: &mut Objects, address: usize) -> Result<Page, Failure> {
    map_new_frame(objects, address).map(|(page, _)| page)
}

/// The same; also returns the capability to the page's frame.
pub fn map_new_frame(objects: &mut Objects, address: usize) -> Result<(Page, seL4_CPtr), Failure> {
    let frame = objects.create(arch::PAGE)?;
    let read_and_write = sys::seL4_CapRights_new(0, 0, 1, 1);
    let mut code = arch::map(frame, address, read_and_write);
    // A page needs a page table, which needs a larger one, and so on up to the address space: the
    // number of levels depends on the architecture. The kernel does not make them by itself. It
    // reports the missing one by the number of address bits that it would translate.
    while code == sys::seL4_FailedLookup {
        // SAFETY: the message registers contain the answer to the call that failed.
        let missing = unsafe { sys::seL4_MappingFailedLookupLevel() };
        let table = objects.create(arch::table(missing))?;
        check("mapping a page table", arch::map_table(table, missing, address))?;
        code = arch::map(frame, address, read_and_write);
    }
    check("mapping a page", code)?;
    // SAFETY: the new page is mapped at that address, and nothing else uses it.
    let page = unsafe { core::slice::from_raw_parts_mut(address as *mut MaybeUninit<u8>, SIZE) };
    Ok((page, frame))
}
