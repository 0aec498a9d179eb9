//! A second thread, and a call to it.

use crate::failure::Failure;
use crate::objects::Objects;
use crate::pages;
use selfe_runtime::thread::Thread;
use selfe_sys as sys;
use selfe_sys::seL4_CPtr;

/// Starts a thread that doubles a number, and asks it. Its memory begins at a free address.
pub fn ask(objects: &mut Objects, memory: usize, number: usize) -> Result<usize, Failure> {
    let server = Server::new(objects)?;
    // The thread reads it when it starts, and this thread waits for it in the call below.
    start(objects, memory, double, (&raw const server).addr())?;
    // SAFETY: this thread has an IPC buffer, and the message fits into it.
    unsafe {
        sys::seL4_SetMR(0, number);
        sys::seL4_Call(server.endpoint, sys::seL4_MessageInfo_new(0, 0, 0, 1));
        Ok(sys::seL4_GetMR(0))
    }
}

/// What a thread needs to answer calls.
#[derive(Clone, Copy)]
pub struct Server {
    /// The endpoint on which calls arrive.
    pub endpoint: seL4_CPtr,
    /// The object that keeps the way back to the caller. A kernel without MCS keeps it in the
    /// thread.
    #[cfg(KernelIsMCS)] // The kernel's options are cfgs: see build.rs.
    reply: seL4_CPtr,
}

impl Server {
    /// Makes its objects.
    pub fn new(objects: &mut Objects) -> Result<Self, Failure> {
        Ok(Server {
            endpoint: objects.create(sys::seL4_EndpointObject)?,
            #[cfg(KernelIsMCS)]
            reply: objects.create(sys::seL4_ReplyObject)?,
        })
    }

    /// Waits for a call; the words of the message are then in the message registers.
    pub fn receive(&self) -> sys::seL4_MessageInfo_t {
        let mut badge = 0;
        // SAFETY: the thread has an IPC buffer.
        #[cfg(not(KernelIsMCS))]
        unsafe {
            sys::seL4_Recv(self.endpoint, &mut badge)
        }
        // SAFETY: as above.
        #[cfg(KernelIsMCS)]
        unsafe {
            sys::seL4_Recv(self.endpoint, &mut badge, self.reply)
        }
    }

    /// Answers the call with the first `words` of the message registers.
    pub fn answer(&self, words: usize) {
        // SAFETY: the thread has an IPC buffer, and has received a call.
        unsafe {
            let message = sys::seL4_MessageInfo_new(0, 0, 0, words as _);
            #[cfg(not(KernelIsMCS))]
            sys::seL4_Reply(message);
            #[cfg(KernelIsMCS)]
            sys::seL4_Send(self.reply, message);
        }
    }
}

/// The second thread: answers each call with twice the number in it.
fn double(server: usize) -> ! {
    // SAFETY: `ask` passed the address of one that still exists.
    let server = unsafe { *(server as *const Server) };
    loop {
        server.receive();
        // SAFETY: this thread has an IPC buffer, and the message fits into it.
        unsafe { sys::seL4_SetMR(0, 2 * sys::seL4_GetMR(0)) };
        server.answer(1);
    }
}

/// Starts a thread in this address space, with this thread's capabilities. Its memory begins at a
/// free address.
///
/// From low to high addresses: the IPC buffer, the thread-local variables, an unmapped page that
/// makes a stack overflow fault, and the stack.
pub fn start(
    objects: &mut Objects,
    memory: usize,
    entry: fn(usize) -> !,
    argument: usize,
) -> Result<seL4_CPtr, Failure> {
    const STACK_PAGES: usize = 8;
    let (_, ipc_buffer_frame) = pages::map_new_frame(objects, memory)?;
    let variables = pages::map_new(objects, memory + pages::SIZE)?;
    let bottom = memory + 3 * pages::SIZE;
    for page in 0..STACK_PAGES {
        pages::map_new(objects, bottom + page * pages::SIZE)?;
    }
    // SAFETY: these pages were just mapped, one after the other, and nothing else uses them.
    let stack = unsafe { core::slice::from_raw_parts_mut(bottom as *mut _, STACK_PAGES * pages::SIZE) };
    let tcb = objects.create(sys::seL4_TCBObject)?;
    let thread = Thread {
        tcb,
        cspace: sys::seL4_CapInitThreadCNode as seL4_CPtr,
        cspace_root_data: 0,
        vspace: sys::seL4_CapInitThreadVSpace as seL4_CPtr,
        fault_endpoint: 0,
        ipc_buffer: memory,
        ipc_buffer_frame,
        stack,
        tls_block: variables,
        authority: sys::seL4_CapInitThreadTCB as seL4_CPtr,
        priority: sys::seL4_MaxPrio as u8,
        #[cfg(KernelIsMCS)]
        scheduling_context: objects.scheduling_context()?,
    };
    // SAFETY: all parts were just made for this thread only, and are mapped in this address space.
    unsafe { thread.start(entry, argument) }?;
    Ok(tcb)
}
