//! Two threads with thread-local variables of their own: libsel4 keeps the IPC buffer's address in one.
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
    debug_println!("two threads, two IPC buffers");
    Ok(())
}

fn other(server: usize) -> ! {
    // SAFETY: `main` gave the address of one, which is still there.
    let server = unsafe { *(server as *const Server) };
    loop {
        server.receive();
        // SAFETY: this thread has an IPC buffer.
        unsafe { sys::seL4_SetMR(0, sys::seL4_GetIPCBuffer().addr()) };
        server.answer(1);
    }
}
