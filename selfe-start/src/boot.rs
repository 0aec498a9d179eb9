//! From the kernel's jump to `_start` to the call of `main`.

use crate::stack;
use core::fmt::Write;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use selfe_runtime::{DebugOutHandle, exit, tls};
use selfe_sys::{seL4_BootInfo, seL4_SetIPCBuffer};

/// What the kernel tells the root task about its capabilities and memory: null until the program has started, then the
/// same for ever. [`boot_info`] reads it without `unsafe`.
pub static mut BOOTINFO: *mut seL4_BootInfo = null_mut();

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
struct TlsBlock([MaybeUninit<u8>; TLS_SIZE]);

static mut TLS: TlsBlock = TlsBlock([MaybeUninit::uninit(); TLS_SIZE]);

/// The first Rust function, on a fresh stack.
///
/// # Safety
/// Called once, by `_start`, with what the kernel handed over.
pub unsafe extern "C" fn start(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: nothing else uses the block, as this is the only thread, and it runs only once.
    let block = unsafe {
        let block = &raw mut TLS.0;
        &mut *block
    };
    match tls::prepare(block) {
        // SAFETY: no thread-local variable has been used yet. From here on libsel4 knows the IPC buffer.
        Ok(pointer) => unsafe {
            pointer.install();
            seL4_SetIPCBuffer((*boot_info).ipcBuffer);
            BOOTINFO = boot_info;
        },
        Err(error) => {
            say("the program can't start: ", error.summary());
            exit(exit::PANICKED)
        }
    }
    if let Err(error) = stack::guard(crate::boot_info()) {
        say("the stack has no guard page: ", error.summary());
    }
    exit(main(0, core::ptr::null()) as i32)
}

/// Prints a line, as `debug_println!` does, and takes none of `core::fmt`'s formatting into every program.
#[cold]
fn say(what: &str, why: &str) {
    for text in [what, why, "\n"] {
        // The console takes everything, so there is no error to lose.
        let _ = DebugOutHandle.write_str(text);
    }
}
