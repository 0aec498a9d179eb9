//! Two threads have separate thread-local variables: libsel4 keeps the IPC buffer's address in one.

use crate::ensure;
use crate::failure::{Checked, Outcome};
use crate::message::{answer, info, receive, set_word, word};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selfe_sys as sys;

static ENDPOINT: AtomicUsize = AtomicUsize::new(0);

/// Each thread finds its own buffer, before and after the other has looked.
pub fn check(root: &mut Root) -> Checked {
    let endpoint = root.create(sys::seL4_EndpointObject)?;
    ENDPOINT.store(endpoint, SeqCst);
    let reply = root.new_reply()?;
    let thread = Thread::new(root, 0)?;
    thread.start(other, reply)?;
    for _ in 0..2 {
        // SAFETY: this thread has an IPC buffer.
        let mine = unsafe {
            sys::seL4_Call(endpoint, info(0, 0));
            sys::seL4_GetIPCBuffer()
        };
        let its = word(0);
        ensure!(mine == root.info.ipcBuffer, "the first thread's buffer is {mine:?}");
        let wanted = thread.buffer;
        ensure!(its == wanted, "the second thread's buffer is {its:#x}, not {wanted:#x}");
    }
    thread.suspend()?;
    Ok(Outcome::Ok)
}

fn other(reply: usize) {
    loop {
        receive(ENDPOINT.load(SeqCst), reply);
        // SAFETY: it only reads a variable.
        set_word(0, unsafe { sys::seL4_GetIPCBuffer() }.addr());
        answer(reply, info(0, 1));
    }
}
