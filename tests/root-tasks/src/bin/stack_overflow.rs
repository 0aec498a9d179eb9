//! Overflows the first thread's stack. A second thread is the fault handler and checks the address.
#![no_std]
#![no_main]

use selfe_root_tasks::FREE;
use selfe_root_tasks::failure::{Failure, check};
use selfe_root_tasks::objects::Objects;
use selfe_root_tasks::thread::{self, Server};
use selfe_start::{boot_info, debug_println, exit, get_stack_bottom_addr};
use selfe_sys as sys;

selfe_start::entry!(main);

fn main() -> Result<(), Failure> {
    let mut objects = Objects::new(boot_info());
    let server = Server::new(&mut objects)?;
    thread::start(&mut objects, FREE, handler, (&raw const server).addr())?;
    // SAFETY: the capability space and the address space stay the same; only the fault handler
    // changes.
    let code = unsafe {
        sys::seL4_TCB_SetSpace(
            sys::seL4_CapInitThreadTCB as _,
            server.endpoint,
            sys::seL4_CapInitThreadCNode as _,
            0,
            sys::seL4_CapInitThreadVSpace as _,
            0,
        )
    };
    check("naming a fault handler", code)?;
    debug_println!("{} levels", deeper(1));
    panic!("the stack has no end");
}

#[expect(unconditional_recursion, reason = "that is the test")]
fn deeper(level: u64) -> u64 {
    let room = core::hint::black_box([level; 64]);
    deeper(level + 1) + core::hint::black_box(room)[0]
}

fn handler(server: usize) -> ! {
    // SAFETY: `main` passes the address of a value that is still alive.
    let server = unsafe { *(server as *const Server) };
    let fault = server.receive();
    // SAFETY: the message registers hold the fault message.
    let (kind, address) = unsafe {
        (
            sys::seL4_MessageInfo_get_label(fault),
            sys::seL4_GetMR(sys::seL4_VMFault_Addr as _),
        )
    };
    let bottom = get_stack_bottom_addr();
    debug_println!("fault {kind} at {address:#x}; the stack begins at {bottom:#x}");
    let in_guard = (bottom - 4096..bottom).contains(&address);
    exit(if kind == sys::seL4_Fault_VMFault as _ && in_guard {
        0
    } else {
        1
    })
}
