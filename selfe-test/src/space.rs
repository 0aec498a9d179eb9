//! The memory of a test's thread: it is part of the program, whose pages the kernel has mapped.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use selfe_start::__unmap;
use selfe_sys::{seL4_BootInfo, seL4_CPtr};

const PAGE: usize = 4096;

/// The size of a test's stack in bytes.
const STACK: usize = 256 * 1024;

/// The parts of a test's thread, from the lowest address up.
#[repr(C, align(4096))]
struct Space {
    /// Unmapped, so that a stack that grows too far faults.
    guard: [MaybeUninit<u8>; PAGE],
    stack: [MaybeUninit<u8>; STACK],
    ipc_buffer: [MaybeUninit<u8>; PAGE],
    tls_block: [MaybeUninit<u8>; PAGE],
}

struct Shared(UnsafeCell<MaybeUninit<Space>>);

// SAFETY: only the runner takes the parts, and gives them to one thread at a time.
unsafe impl Sync for Shared {}

static SPACE: Shared = Shared(UnsafeCell::new(MaybeUninit::uninit()));

/// The parts of a test's thread, lent to it.
pub struct Parts {
    pub stack: &'static mut [MaybeUninit<u8>],
    pub tls_block: &'static mut [MaybeUninit<u8>],
    pub ipc_buffer: usize,
    pub ipc_buffer_frame: seL4_CPtr,
}

/// Takes the guard page away; returns whether that worked.
pub fn guard(boot_info: &seL4_BootInfo) -> bool {
    // SAFETY: nothing uses the guard.
    unsafe { __unmap(boot_info, SPACE.0.get().addr()) }
}

/// Whether an address is in the guard page.
pub fn is_in_guard(address: Option<usize>) -> bool {
    address.is_some_and(|address| address.wrapping_sub(SPACE.0.get().addr()) < PAGE)
}

/// The parts for the next thread.
///
/// # Safety
/// The thread that had them before has stopped for good.
pub unsafe fn parts(boot_info: &seL4_BootInfo) -> Parts {
    let space = SPACE.0.get().cast::<Space>();
    // SAFETY: the memory exists forever, may be uninitialised, and is nobody else's.
    unsafe {
        let ipc_buffer = (&raw const (*space).ipc_buffer).expose_provenance();
        Parts {
            stack: &mut (*space).stack,
            tls_block: &mut (*space).tls_block,
            ipc_buffer,
            ipc_buffer_frame: selfe_start::__frame(boot_info, ipc_buffer),
        }
    }
}
