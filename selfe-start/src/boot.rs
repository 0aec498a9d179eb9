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

/// Room for the root thread's thread-local variables, in bytes.
const TLS_SIZE: usize = 4096;

#[repr(align(64))]
struct TlsBlock([MaybeUninit<u8>; TLS_SIZE]);

static mut TLS: TlsBlock = TlsBlock([MaybeUninit::uninit(); TLS_SIZE]);

/// The first Rust function, on a fresh stack.
///
/// # Safety
/// Called once, by `_start`, with what the kernel handed over.
pub unsafe extern "C" fn start(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: `_start` is where the kernel begins the root task.
    unsafe { exit::stops_root_task() };
    // SAFETY: nothing else uses the block, as this is the only thread, and it runs only once.
    let block = unsafe {
        let block = &raw mut TLS.0;
        &mut *block
    };
    let Ok(pointer) = tls::prepare(block) else {
        say(concat!(
            "the program can't start: its thread-local variables don't fit ",
            "into the 4096 bytes that the root thread has for them\n"
        ));
        exit(exit::PANICKED)
    };
    // SAFETY: no thread-local variable has been used yet.
    unsafe {
        pointer.install();
        run(boot_info)
    }
}

/// What uses thread-local variables: a function of its own, as the compiler works out their place once in a function.
///
/// # Safety
/// As for [`start`], with the thread pointer set.
#[inline(never)]
unsafe fn run(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: this is the only thread. From here on libsel4 knows the IPC buffer.
    unsafe {
        seL4_SetIPCBuffer((*boot_info).ipcBuffer);
        BOOTINFO = boot_info;
    }
    if !stack::guard(crate::boot_info()) {
        say("the stack has no guard page: one that is too small overwrites other data\n");
    }
    exit(main(0, core::ptr::null()) as i32)
}

/// Prints a text, and takes none of `core::fmt`'s formatting into every program.
#[cold]
fn say(text: &str) {
    // The console takes everything, so there is no error to lose.
    let _ = DebugOutHandle.write_str(text);
}
