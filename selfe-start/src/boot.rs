//! From the kernel's jump to `_start` to the call of `main`.

use crate::stack;
use core::fmt::Write;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use selfe_runtime::{DebugOutHandle, backtrace, exit, logger, tls};
use selfe_sys::{seL4_BootInfo, seL4_SetIPCBuffer};

/// What the kernel tells the root task about its capabilities and memory: null until the program
/// has started, then constant. [`boot_info`] reads it without `unsafe`.
pub static mut BOOTINFO: *mut seL4_BootInfo = null_mut();

/// What the kernel tells the root task about its capabilities and memory.
///
/// # Panics
/// The program has not reached the function named by [`entry!`](crate::entry).
pub fn boot_info() -> &'static seL4_BootInfo {
    // SAFETY: null, or set once, before `main` is called and any other thread exists; the page
    // stays mapped, is aligned, and nothing writes to it.
    match unsafe { BOOTINFO.as_ref() } {
        Some(boot_info) => boot_info,
        None => panic!("there is no boot info before the program has started"),
    }
}

unsafe extern "C" {
    /// Defined by the program: by `entry!`, or by the compiler.
    safe fn main(argc: isize, argv: *const *const u8) -> isize;
}

/// Space for the root thread's thread-local variables, in bytes.
const TLS_SIZE: usize = 4096;

#[repr(align(64))]
struct TlsBlock([MaybeUninit<u8>; TLS_SIZE]);

static mut TLS: TlsBlock = TlsBlock([MaybeUninit::uninit(); TLS_SIZE]);

/// The first Rust function, on a fresh stack.
///
/// # Safety
/// Called once, by `_start`, with what the kernel passed.
pub unsafe extern "C" fn start(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: the kernel enters the root task at `_start`.
    unsafe { exit::stops_root_task() };
    // SAFETY: nothing else uses the block: this is the only thread, and it gets here only once.
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

/// Everything that uses thread-local variables is in a function of its own, because the compiler
/// computes their address once per function.
///
/// # Safety
/// As for [`start`], with the thread pointer set.
#[inline(never)]
unsafe fn run(boot_info: *mut seL4_BootInfo) -> ! {
    // SAFETY: the kernel passed it, and nothing writes to it.
    let info = unsafe { &*boot_info };
    // SAFETY: this is the only thread, and the buffer is its own. From here on libsel4 knows it.
    unsafe {
        seL4_SetIPCBuffer(info.ipcBuffer);
        BOOTINFO = boot_info;
    }
    if !stack::guard(info) {
        say("the stack has no guard page: one that is too small overwrites other data\n");
    }
    backtrace::set_first_stack(stack::top_address());
    logger::install();
    exit(main(0, core::ptr::null()) as i32)
}

/// Prints a text without adding `core::fmt`'s formatting to every program.
#[cold]
fn say(text: &str) {
    // Writing to the console never fails.
    let _ = DebugOutHandle.write_str(text);
}
