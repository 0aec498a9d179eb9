//! The root thread's stack and the guard page below it.

use crate::arch;
use selfe_sys::seL4_BootInfo;

const PAGE: usize = 4096;

/// The size of the root thread's stack in bytes, the guard page not counted.
pub const STACK_SIZE: usize = 256 * 1024;

/// The guard page, then the stack.
#[repr(C, align(4096))]
pub struct Stack {
    guard: [u8; PAGE],
    stack: [u8; STACK_SIZE],
}

/// Written only through the stack pointer.
pub static mut STACK: Stack = Stack {
    guard: [0; PAGE],
    stack: [0; STACK_SIZE],
};

/// The lowest address of the root thread's stack; it grows down to here, and faults one byte below.
pub fn get_stack_bottom_addr() -> usize {
    (&raw const STACK).addr() + PAGE
}

/// Takes the guard page out of the address space, so that a stack that grows too far faults instead of overwriting
/// what lies below.
///
/// # Errors
/// The kernel's error number, or none where the boot info does not account for the page.
pub fn guard(boot_info: &seL4_BootInfo) -> Result<(), Option<u32>> {
    let frames = boot_info.userImageFrames;
    // The kernel lists the frames of the program in the order of their addresses.
    let start = selfe_runtime::tls::program_start() / PAGE * PAGE;
    let index = ((&raw const STACK).addr() - start) / PAGE;
    let frame = frames.start + index;
    if frame >= frames.end {
        return Err(None);
    }
    // SAFETY: the page is the guard, in which nothing lies.
    match unsafe { arch::unmap(frame) } {
        0 => Ok(()),
        error => Err(Some(error)),
    }
}
