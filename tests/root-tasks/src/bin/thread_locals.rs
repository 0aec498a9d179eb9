//! Two threads with thread-local variables of their own: libsel4 keeps the IPC buffer's address in one.
#![no_std]
#![no_main]

use selfe_root_tasks::failure::Failure;
use selfe_root_tasks::objects::Objects;
use selfe_root_tasks::thread;
use selfe_start::{boot_info, debug_println};
use selfe_sys as sys;

selfe_start::entry!(main);

fn main() -> Result<(), Failure> {
    let mut objects = Objects::new(boot_info());
    let endpoint = objects.create(sys::seL4_EndpointObject)?;
    thread::start(&mut objects, 0xa0_0000_0000, other, endpoint)?;
    // SAFETY: this thread has an IPC buffer.
    let (mine, its) = unsafe {
        sys::seL4_Call(endpoint, sys::seL4_MessageInfo_new(0, 0, 0, 0));
        (sys::seL4_GetIPCBuffer(), sys::seL4_GetMR(0))
    };
    assert_eq!(mine, boot_info().ipcBuffer, "the first thread's");
    assert_eq!(its, 0xa0_0000_0000, "the second thread's");
    debug_println!("two threads, two IPC buffers");
    Ok(())
}

extern "C" fn other(endpoint: sys::seL4_CPtr, buffer: *mut sys::seL4_IPCBuffer) -> ! {
    let mut badge = 0;
    // SAFETY: the buffer is this thread's own.
    unsafe {
        sys::seL4_SetIPCBuffer(buffer);
        sys::seL4_Recv(endpoint, &mut badge);
        sys::seL4_SetMR(0, sys::seL4_GetIPCBuffer().addr());
        sys::seL4_Reply(sys::seL4_MessageInfo_new(0, 0, 0, 1));
        loop {
            sys::seL4_Recv(endpoint, &mut badge);
        }
    }
}
