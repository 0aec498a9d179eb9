//! The root thread's stack and the guard page below it.

use crate::arch;
use core::arch::global_asm;
use selfe_runtime::tls;
use selfe_sys::{seL4_BootInfo, seL4_CPtr, seL4_NoError};

const PAGE: usize = 4096;

/// The default size of the root thread's stack in bytes, without the guard page.
/// [`entry!`](crate::entry) can set another one.
pub const STACK_SIZE: usize = 256 * 1024;

// The guard page, then the stack. The symbols are weak, so that those of `entry!` with another size
// replace them; the linker then drops this stack.
global_asm!(
    ".section .bss.selfe_default_stack, \"aw\", %nobits",
    ".balign {page}",
    ".weak __selfe_stack_guard",
    ".weak __selfe_stack_top",
    "__selfe_stack_guard:",
    ".skip {page} + {size}",
    "__selfe_stack_top:",
    ".previous",
    page = const PAGE,
    size = const STACK_SIZE,
);

unsafe extern "C" {
    /// The start of the guard page.
    #[link_name = "__selfe_stack_guard"]
    static GUARD: u8;
    /// The address behind the stack.
    #[link_name = "__selfe_stack_top"]
    static TOP: u8;
}

/// Makes a stack of another size, in the program's own crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __stack {
    ($size:expr) => {
        // `cargo check` does not evaluate the constant in the assembly.
        const _: usize = $crate::__stack_size($size);
        ::core::arch::global_asm!(
            ".section .bss.selfe_stack, \"aw\", %nobits",
            ".balign 4096",
            ".global __selfe_stack_guard",
            ".global __selfe_stack_top",
            "__selfe_stack_guard:",
            ".skip 4096 + {size}",
            "__selfe_stack_top:",
            ".previous",
            size = const $crate::__stack_size($size),
        );
    };
}

#[doc(hidden)]
pub const fn __stack_size(size: usize) -> usize {
    assert!(
        size > 0 && size.is_multiple_of(PAGE),
        "stack_size has to be a multiple of the page size, 4096 bytes, and not 0"
    );
    size
}

/// The lowest address of the root thread's stack: it grows down to here, and faults one byte below.
pub fn get_stack_bottom_addr() -> usize {
    guard_address() + PAGE
}

/// The address behind the root thread's stack.
pub fn top_address() -> usize {
    (&raw const TOP).addr()
}

fn guard_address() -> usize {
    (&raw const GUARD).addr()
}

/// Unmaps the guard page, so that a stack overflow faults instead of overwriting other data. (A gap
/// between the program's segments would not guard it: the kernel maps gaps too.)
///
/// Returns whether it did: the page's capability may be missing or unusable.
pub fn guard(boot_info: &seL4_BootInfo) -> bool {
    // SAFETY: only the guard is in that page.
    unsafe { __unmap(boot_info, guard_address()) }
}

/// Unmaps the page of the program that contains an address; returns whether it did.
///
/// # Safety
/// Nothing is in that page.
#[doc(hidden)]
pub unsafe fn __unmap(boot_info: &seL4_BootInfo, address: usize) -> bool {
    let frame = __frame(boot_info, address);
    // SAFETY: as the caller promises.
    frame < boot_info.userImageFrames.end && unsafe { arch::unmap(frame) } == seL4_NoError
}

/// The frame of the program's page that contains an address.
#[doc(hidden)]
pub fn __frame(boot_info: &seL4_BootInfo, address: usize) -> seL4_CPtr {
    let first = tls::start() / PAGE * PAGE;
    // The kernel lists the program's pages in the order of their addresses, including gaps.
    boot_info.userImageFrames.start + (address - first) / PAGE
}
