//! A second thread, and a call to it.

use crate::failure::{Failure, check};
use crate::objects::Objects;
use crate::pages;
use selfe_runtime::tls;
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_IPCBuffer};

/// Starts a thread that doubles a number, and asks it.
pub fn ask(objects: &mut Objects, number: usize) -> Result<usize, Failure> {
    let endpoint = objects.create(sys::seL4_EndpointObject)?;
    start(objects, 0x90_0000_0000, double, endpoint)?;
    // SAFETY: this thread has an IPC buffer, and the message fits it.
    unsafe {
        sys::seL4_SetMR(0, number);
        sys::seL4_Call(endpoint, sys::seL4_MessageInfo_new(0, 0, 0, 1));
        Ok(sys::seL4_GetMR(0))
    }
}

/// The second thread: answers each call with twice the number in it.
extern "C" fn double(endpoint: seL4_CPtr, buffer: *mut seL4_IPCBuffer) -> ! {
    // SAFETY: the buffer is this thread's own; libsel4 has to know it before the first message.
    unsafe { sys::seL4_SetIPCBuffer(buffer) };
    loop {
        let mut badge = 0;
        // SAFETY: this thread has an IPC buffer, and the messages fit it.
        unsafe {
            sys::seL4_Recv(endpoint, &mut badge);
            sys::seL4_SetMR(0, 2 * sys::seL4_GetMR(0));
            sys::seL4_Reply(sys::seL4_MessageInfo_new(0, 0, 0, 1));
        }
    }
}

/// What a thread begins with: an argument of its maker's choice, and its IPC buffer.
pub type Entry = extern "C" fn(seL4_CPtr, *mut seL4_IPCBuffer) -> !;

/// Starts a thread in this address space and with this thread's capabilities. Its memory begins at a free address.
///
/// From low to high: the IPC buffer, the thread-local variables, a page that stays unmapped, so that a stack that grows too
/// far faults, and the stack.
pub fn start(objects: &mut Objects, memory: usize, entry: Entry, argument: usize) -> Result<seL4_CPtr, Failure> {
    const STACK_PAGES: usize = 8;
    let (_, buffer_frame) = pages::map_new_frame(objects, memory)?;
    let variables = pages::map_new(objects, memory + pages::SIZE)?;
    let stack = memory + 3 * pages::SIZE;
    for page in 0..STACK_PAGES {
        pages::map_new(objects, stack + page * pages::SIZE)?;
    }
    let pointer = match tls::prepare(variables) {
        Ok(pointer) => pointer,
        Err(error) => panic!("a page is too small: {error}"),
    };

    let tcb = objects.create(sys::seL4_TCBObject)?;
    let mut registers = sys::seL4_UserContext {
        rip: entry as usize,
        // The compiler takes a function to be entered by a call, which has pushed one word.
        rsp: stack + STACK_PAGES * pages::SIZE - size_of::<usize>(),
        rdi: argument,
        rsi: memory,
        ..Default::default()
    };
    let count = size_of_val(&registers) / size_of::<usize>();
    let (cspace, vspace) = (sys::seL4_CapInitThreadCNode, sys::seL4_CapInitThreadVSpace);
    // SAFETY: everything that the thread uses, it has for itself.
    unsafe {
        check(
            "giving a thread its spaces",
            sys::seL4_TCB_Configure(tcb, 0, cspace as _, 0, vspace as _, 0, memory, buffer_frame),
        )?;
        check(
            "giving a thread this thread's priority",
            sys::seL4_TCB_SetPriority(tcb, sys::seL4_CapInitThreadTCB as _, sys::seL4_MaxPrio as _),
        )?;
        check(
            "writing a thread's registers",
            sys::seL4_TCB_WriteRegisters(tcb, 0, 0, count, &mut registers),
        )?;
        check(
            "giving a thread its thread-local storage",
            sys::seL4_TCB_SetTLSBase(tcb, pointer.address()),
        )?;
        check("starting a thread", sys::seL4_TCB_Resume(tcb))?;
    }
    Ok(tcb)
}
