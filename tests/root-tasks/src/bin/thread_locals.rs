//! Two threads have separate thread-local variables: libsel4 keeps the IPC buffer's address in one.
#![no_std]
#![no_main]

use selfe_root_tasks::FREE;
use selfe_root_tasks::failure::Failure;
use selfe_root_tasks::objects::Objects;
use selfe_root_tasks::thread::{self, Server};
use selfe_start::{boot_info, debug_println};
use selfe_sys as sys;

selfe_start::entry!(main);

fn main() -> Result<(), Failure> {
    let mut objects = Objects::new(boot_info());
    let server = Server::new(&mut objects)?;
    thread::start(&mut objects, FREE, other, (&raw const server).addr())?;
    // SAFETY: this thread has an IPC buffer.
    let (mine, its) = unsafe {
        sys::seL4_Call(server.endpoint, sys::seL4_MessageInfo_new(0, 0, 0, 0));
        (sys::seL4_GetIPCBuffer(), sys::seL4_GetMR(0))
    };
    assert_eq!(mine, boot_info().ipcBuffer, "the first thread's");
    assert_eq!(its, FREE, "the second thread's");
    assert_pointer_is_kept();
    debug_println!("two threads, two IPC buffers");
    Ok(())
}

fn other(server: usize) -> ! {
    // SAFETY: `main` passes the address of a value that is still alive.
    let server = unsafe { *(server as *const Server) };
    loop {
        server.receive();
        // SAFETY: this thread has an IPC buffer.
        unsafe { sys::seL4_SetMR(0, sys::seL4_GetIPCBuffer().addr()) };
        server.answer(1);
    }
}

/// On x86 the word at the thread pointer holds the thread pointer itself, and libsel4's variables
/// are addressed relative to it. selfe-sys declares that reading it reads no memory, because
/// nothing ever writes there.
fn assert_pointer_is_kept() {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        let pointer: *const usize;
        // SAFETY: it reads the word at the thread pointer, which the start-up code has set.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            core::arch::asm!("mov {}, fs:0", out(reg) pointer, options(nostack, readonly, preserves_flags));
            #[cfg(target_arch = "x86")]
            core::arch::asm!("mov {}, gs:0", out(reg) pointer, options(nostack, readonly, preserves_flags));
        }
        // SAFETY: thread-local storage exists and is never moved.
        let word = unsafe { pointer.read_volatile() };
        assert_eq!(word, pointer.addr(), "the word at the thread pointer");
    }
}
