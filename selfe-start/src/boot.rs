//! From the kernel's jump to `_start` to the call of `main`.

use crate::stack;
use selfe_runtime::{debug_println, exit, tls};
use selfe_sys::{seL4_BootInfo, seL4_SetIPCBuffer};

/// What the kernel tells the root task about its capabilities and memory; null before the program has started.
pub static mut BOOTINFO: *mut seL4_BootInfo = core::ptr::null_mut();

/// What the kernel tells the root task about its capabilities and memory.
pub fn boot_info() -> &'static seL4_BootInfo {
    // SAFETY: set once, before `main` is called; the page stays mapped, and nobody writes to it.
    unsafe { &*BOOTINFO }
}

unsafe extern "C" {
    /// The program's own: `entry!` makes it, or the compiler does.
    safe fn main(argc: isize, argv: *const *const u8) -> isize;
}

/// Room for the root thread's thread-local variables.
const TLS_SIZE: usize = 4096;

#[repr(align(64))]
struct TlsBlock(#[expect(dead_code, reason = "used through its address")] [u8; TLS_SIZE]);

static mut TLS: TlsBlock = TlsBlock([0; TLS_SIZE]);

/// The first Rust function, on a fresh stack.
///
/// # Safety
/// Called once, by `_start`, with what the kernel handed over.
pub unsafe extern "C" fn start(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: no other thread exists, the block is used for nothing else, and the kernel's boot info is whole.
    let boot_info = unsafe {
        let prepared = tls::prepare(&tls::image(), (&raw mut TLS).cast(), TLS_SIZE);
        match prepared {
            Ok(pointer) => tls::set_thread_pointer(pointer),
            Err(error) => {
                debug_println!(
                    "the thread-local variables take {} bytes; there is room for {TLS_SIZE}",
                    error.needed
                );
                exit(exit::PANICKED)
            }
        }
        BOOTINFO = boot_info;
        seL4_SetIPCBuffer((*boot_info).ipcBuffer);
        &*boot_info
    };
    if let Err(error) = stack::guard(boot_info) {
        debug_println!("the stack has no guard page: the kernel's answer was {error:?}");
    }
    exit(main(0, core::ptr::null()) as i32)
}
