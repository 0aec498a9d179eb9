//! The system calls with the message in the IPC buffer. A `reply` is a reply object, which exists
//! only with `KernelIsMCS`.

use super::{both, place, sel4};
use selfe_sys::*;

/// The system calls with the same signatures on every kernel.
pub trait Calls {
    fn send(to: seL4_CPtr, info: seL4_MessageInfo_t);
    fn nb_send(to: seL4_CPtr, info: seL4_MessageInfo_t);
    fn call(to: seL4_CPtr, info: seL4_MessageInfo_t) -> seL4_MessageInfo_t;
    /// `seL4_Reply`, or `seL4_Send` to the reply object.
    fn answer(reply: seL4_CPtr, info: seL4_MessageInfo_t);
    fn recv(from: seL4_CPtr, sender: Option<&mut usize>, reply: seL4_CPtr) -> seL4_MessageInfo_t;
    fn nb_recv(from: seL4_CPtr, sender: Option<&mut usize>, reply: seL4_CPtr) -> seL4_MessageInfo_t;
    fn reply_recv(
        from: seL4_CPtr,
        info: seL4_MessageInfo_t,
        sender: Option<&mut usize>,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t;
    fn signal(to: seL4_CPtr);
    fn wait(from: seL4_CPtr, sender: Option<&mut usize>);
    fn poll(from: seL4_CPtr, sender: Option<&mut usize>);
    fn r#yield();
    /// The address of that function.
    fn place_of_yield() -> usize;
    /// `seL4_Wait`, which returns a message.
    #[cfg(KernelIsMCS)]
    fn wait_message(from: seL4_CPtr, sender: Option<&mut usize>) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn nb_wait(from: seL4_CPtr, sender: Option<&mut usize>) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn nb_send_recv(
        to: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn nb_send_wait(
        reply: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
    ) -> seL4_MessageInfo_t;
}

both! { Calls {
    #[inline(always)]
    fn send(to: seL4_CPtr, info: seL4_MessageInfo_t) {
        sel4!(seL4_Send(to, info))
    }

    #[inline(always)]
    fn nb_send(to: seL4_CPtr, info: seL4_MessageInfo_t) {
        sel4!(seL4_NBSend(to, info))
    }

    #[inline(always)]
    fn call(to: seL4_CPtr, info: seL4_MessageInfo_t) -> seL4_MessageInfo_t {
        sel4!(seL4_Call(to, info))
    }

    #[inline(always)]
    fn answer(_reply: seL4_CPtr, info: seL4_MessageInfo_t) {
        #[cfg(KernelIsMCS)]
        sel4!(seL4_Send(_reply, info));
        #[cfg(not(KernelIsMCS))]
        sel4!(seL4_Reply(info));
    }

    #[inline(always)]
    fn recv(from: seL4_CPtr, sender: Option<&mut usize>, _reply: seL4_CPtr) -> seL4_MessageInfo_t {
        #[cfg(KernelIsMCS)]
        return sel4!(seL4_Recv(from, place(sender), _reply));
        #[cfg(not(KernelIsMCS))]
        sel4!(seL4_Recv(from, place(sender)))
    }

    #[inline(always)]
    fn nb_recv(from: seL4_CPtr, sender: Option<&mut usize>, _reply: seL4_CPtr) -> seL4_MessageInfo_t {
        #[cfg(KernelIsMCS)]
        return sel4!(seL4_NBRecv(from, place(sender), _reply));
        #[cfg(not(KernelIsMCS))]
        sel4!(seL4_NBRecv(from, place(sender)))
    }

    #[inline(always)]
    fn reply_recv(
        from: seL4_CPtr,
        info: seL4_MessageInfo_t,
        sender: Option<&mut usize>,
        _reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t {
        #[cfg(KernelIsMCS)]
        return sel4!(seL4_ReplyRecv(from, info, place(sender), _reply));
        #[cfg(not(KernelIsMCS))]
        sel4!(seL4_ReplyRecv(from, info, place(sender)))
    }

    #[inline(always)]
    fn signal(to: seL4_CPtr) {
        sel4!(seL4_Signal(to))
    }

    #[inline(always)]
    fn wait(from: seL4_CPtr, sender: Option<&mut usize>) {
        sel4!(seL4_Wait(from, place(sender)));
    }

    #[inline(always)]
    fn poll(from: seL4_CPtr, sender: Option<&mut usize>) {
        sel4!(seL4_Poll(from, place(sender)));
    }

    #[inline(always)]
    fn r#yield() {
        sel4!(seL4_Yield())
    }

    fn place_of_yield() -> usize {
        (seL4_Yield as *const ()).addr()
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn wait_message(from: seL4_CPtr, sender: Option<&mut usize>) -> seL4_MessageInfo_t {
        sel4!(seL4_Wait(from, place(sender)))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn nb_wait(from: seL4_CPtr, sender: Option<&mut usize>) -> seL4_MessageInfo_t {
        sel4!(seL4_NBWait(from, place(sender)))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn nb_send_recv(
        to: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t {
        sel4!(seL4_NBSendRecv(to, info, from, place(sender), reply))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn nb_send_wait(
        reply: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
    ) -> seL4_MessageInfo_t {
        sel4!(seL4_NBSendWait(reply, info, from, place(sender)))
    }
} }
