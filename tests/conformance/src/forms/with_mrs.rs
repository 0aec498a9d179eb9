//! The system calls that pass message words through pointers. The number of pointers and the
//! position of the reply object among the arguments depend on the architecture.

use super::{both, place, sel4};
use selfe_sys::*;

/// The words that travel in registers.
pub const REGISTERS: usize = match (cfg!(target_arch = "x86"), cfg!(KernelIsMCS)) {
    (false, _) => 4,
    (true, false) => 2,
    (true, true) => 1,
};

/// Words to send, which are replaced by those received; `None` is a null pointer.
pub type Words = [Option<usize>; REGISTERS];

/// Calls a function with pointers to the words among its arguments.
macro_rules! with_words {
    ($function:ident($($before:expr),*; $words:ident $(; $after:expr)?)) => {{
        let mut words = $words.each_mut().map(|word| place(word.as_mut())).into_iter();
        // As many as the function takes.
        let mut next = || words.next().unwrap_or(core::ptr::null_mut());
        #[cfg(not(target_arch = "x86"))]
        let call = sel4!($function($($before,)* next(), next(), next(), next() $(, $after)?));
        #[cfg(all(target_arch = "x86", not(KernelIsMCS)))]
        let call = sel4!($function($($before,)* next(), next() $(, $after)?));
        #[cfg(all(target_arch = "x86", KernelIsMCS))]
        let call = sel4!($function($($before,)* next() $(, $after)?));
        call
    }};
}

/// The system calls with the same signatures on every kernel.
pub trait WithMrs {
    fn send_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words);
    fn nb_send_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words);
    fn call_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words) -> seL4_MessageInfo_t;
    /// `seL4_ReplyWithMRs`, or `seL4_SendWithMRs` to the reply object.
    fn answer_words(reply: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words);
    fn recv_words(
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t;
    fn reply_recv_words(
        from: seL4_CPtr,
        info: seL4_MessageInfo_t,
        sender: Option<&mut usize>,
        words: &mut Words,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn wait_words(from: seL4_CPtr, sender: Option<&mut usize>, words: &mut Words) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn nb_send_recv_words(
        to: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t;
    #[cfg(KernelIsMCS)]
    fn nb_send_wait_words(
        reply: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
    ) -> seL4_MessageInfo_t;
}

both! { WithMrs {
    #[inline(always)]
    fn send_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words) {
        with_words!(seL4_SendWithMRs(to, info; words))
    }

    #[inline(always)]
    fn nb_send_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words) {
        with_words!(seL4_NBSendWithMRs(to, info; words))
    }

    #[inline(always)]
    fn call_words(to: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words) -> seL4_MessageInfo_t {
        with_words!(seL4_CallWithMRs(to, info; words))
    }

    #[inline(always)]
    fn answer_words(_reply: seL4_CPtr, info: seL4_MessageInfo_t, words: &mut Words) {
        #[cfg(KernelIsMCS)]
        with_words!(seL4_SendWithMRs(_reply, info; words));
        #[cfg(not(KernelIsMCS))]
        with_words!(seL4_ReplyWithMRs(info; words));
    }

    #[inline(always)]
    fn recv_words(
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
        _reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t {
        #[cfg(not(KernelIsMCS))]
        let info = with_words!(seL4_RecvWithMRs(from, place(sender); words));
        #[cfg(all(KernelIsMCS, any(target_arch = "x86", target_arch = "x86_64")))]
        let info = with_words!(seL4_RecvWithMRs(from, place(sender); words; _reply));
        #[cfg(all(KernelIsMCS, not(any(target_arch = "x86", target_arch = "x86_64"))))]
        let info = with_words!(seL4_RecvWithMRs(from, place(sender), _reply; words));
        info
    }

    #[inline(always)]
    fn reply_recv_words(
        from: seL4_CPtr,
        info: seL4_MessageInfo_t,
        sender: Option<&mut usize>,
        words: &mut Words,
        _reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t {
        #[cfg(KernelIsMCS)]
        return with_words!(seL4_ReplyRecvWithMRs(from, info, place(sender); words; _reply));
        #[cfg(not(KernelIsMCS))]
        with_words!(seL4_ReplyRecvWithMRs(from, info, place(sender); words))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn wait_words(from: seL4_CPtr, sender: Option<&mut usize>, words: &mut Words) -> seL4_MessageInfo_t {
        with_words!(seL4_WaitWithMRs(from, place(sender); words))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn nb_send_recv_words(
        to: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
        reply: seL4_CPtr,
    ) -> seL4_MessageInfo_t {
        with_words!(seL4_NBSendRecvWithMRs(to, info, from, place(sender); words; reply))
    }

    #[cfg(KernelIsMCS)]
    #[inline(always)]
    fn nb_send_wait_words(
        reply: seL4_CPtr,
        info: seL4_MessageInfo_t,
        from: seL4_CPtr,
        sender: Option<&mut usize>,
        words: &mut Words,
    ) -> seL4_MessageInfo_t {
        with_words!(seL4_NBSendWaitWithMRs(reply, info, from, place(sender); words))
    }
} }
