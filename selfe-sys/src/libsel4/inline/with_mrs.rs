//! The system calls that take the first message words by pointers instead of through the IPC
//! buffer, as many as travel in registers.
//!
//! A null pointer stands for a word that is not sent (0 goes) or not wanted. A call that hands
//! words out reads none beyond the message's length, so that such a pointer may point to where
//! nothing has been written yet.

use super::arch;
use super::bitfields::seL4_MessageInfo_get_length;
use super::syscalls::{NO_REPLY, message_info, word_of};
use crate::{seL4_CPtr, seL4_MessageInfo_t, seL4_Word};

/// Calls another macro with the names of the words' arguments, each with its index.
#[cfg(not(target_arch = "x86"))]
macro_rules! with_words {
    ($functions:ident) => {
        $functions! { mr0 0 mr1 1 mr2 2 mr3 3 }
    };
}
#[cfg(all(target_arch = "x86", not(KernelIsMCS)))]
macro_rules! with_words {
    ($functions:ident) => {
        $functions! { mr0 0 mr1 1 }
    };
}
#[cfg(all(target_arch = "x86", KernelIsMCS))]
macro_rules! with_words {
    ($functions:ident) => {
        $functions! { mr0 0 }
    };
}

/// The word that is sent.
#[inline(always)]
unsafe fn get(word: *mut seL4_Word) -> seL4_Word {
    // SAFETY: as the caller promises.
    if word.is_null() { 0 } else { unsafe { *word } }
}

/// The word that is sent from where another one will be handed out.
#[inline(always)]
unsafe fn get_sent(word: *mut seL4_Word, index: usize, length: usize) -> seL4_Word {
    // SAFETY: as the caller promises.
    if index < length { unsafe { get(word) } } else { 0 }
}

/// The number of words that are sent.
#[inline(always)]
fn length(info: seL4_MessageInfo_t) -> usize {
    seL4_MessageInfo_get_length(info) as usize
}

/// Hands out a word that came in.
#[inline(always)]
unsafe fn put(place: *mut seL4_Word, word: seL4_Word) {
    if !place.is_null() {
        // SAFETY: as the caller promises.
        unsafe { *place = word };
    }
}

/// The words that are sent from where others will be handed out.
macro_rules! sent {
    ($info:ident, $($mr:ident $index:literal)*) => {{
        let length = length($info);
        [$(get_sent($mr, $index, length)),*]
    }};
}

macro_rules! sending {
    ($($mr:ident $index:literal)*) => {
        /// Sends a message and waits until it has been received.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_SendWithMRs(dest: seL4_CPtr, msgInfo: seL4_MessageInfo_t, $($mr: *mut seL4_Word),*) {
            // SAFETY: as the caller promises.
            unsafe { arch::send(crate::seL4_SysSend as isize, dest, word_of(msgInfo), [$(get($mr)),*]) }
        }

        /// Sends a message if somebody waits for it.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_NBSendWithMRs(dest: seL4_CPtr, msgInfo: seL4_MessageInfo_t, $($mr: *mut seL4_Word),*) {
            // SAFETY: as the caller promises.
            unsafe { arch::send(crate::seL4_SysNBSend as isize, dest, word_of(msgInfo), [$(get($mr)),*]) }
        }

        /// Answers the message that was received last.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[cfg(not(KernelIsMCS))]
        #[inline(always)]
        pub unsafe extern "C" fn seL4_ReplyWithMRs(msgInfo: seL4_MessageInfo_t, $($mr: *mut seL4_Word),*) {
            // SAFETY: as the caller promises.
            unsafe { arch::reply(crate::seL4_SysReply as isize, word_of(msgInfo), [$(get($mr)),*]) }
        }

        /// Sends a message and waits for the answer, whose first words the pointers get.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_CallWithMRs(
            dest: seL4_CPtr,
            msgInfo: seL4_MessageInfo_t,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe {
                let number = crate::seL4_SysCall as isize;
                let received = arch::send_recv(number, dest, word_of(msgInfo), sent!(msgInfo, $($mr $index)*), NO_REPLY);
                $(put($mr, received.words[$index]);)*
                message_info(received.info)
            }
        }
    };
}
with_words!(sending);

/// What receives: the same work under signatures that differ.
macro_rules! received {
    ($received:expr, $sender:ident, $($mr:ident $index:literal)*) => {{
        let received = $received;
        $(put($mr, received.words[$index]);)*
        put($sender, received.badge);
        message_info(received.info)
    }};
}

#[cfg(not(KernelIsMCS))]
macro_rules! receiving {
    ($($mr:ident $index:literal)*) => {
        /// Waits for a message. `sender` gets the sender's badge, the other pointers the message's
        /// first words.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_RecvWithMRs(
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe { received!(arch::recv(crate::seL4_SysRecv as isize, src, NO_REPLY), sender, $($mr $index)*) }
        }

        /// Answers the message that was received last and waits for the next. The pointers have the
        /// answer's first words, and get the next message's.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_ReplyRecvWithMRs(
            src: seL4_CPtr,
            msgInfo: seL4_MessageInfo_t,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe {
                let (number, info) = (crate::seL4_SysReplyRecv as isize, word_of(msgInfo));
                received!(arch::send_recv(number, src, info, sent!(msgInfo, $($mr $index)*), NO_REPLY), sender, $($mr $index)*)
            }
        }
    };
}
#[cfg(not(KernelIsMCS))]
with_words!(receiving);

#[cfg(KernelIsMCS)]
macro_rules! receiving {
    ($($mr:ident $index:literal)*) => {
        /// Waits for a message. `sender` gets the sender's badge, the other pointers the message's
        /// first words; `reply` holds the right to answer.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        #[inline(always)]
        pub unsafe extern "C" fn seL4_RecvWithMRs(
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word,)*
            reply: seL4_CPtr,
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe { received!(arch::recv(crate::seL4_SysRecv as isize, src, reply), sender, $($mr $index)*) }
        }

        /// Waits for a message. `sender` gets the sender's badge, the pointers after `reply` the
        /// message's first words; `reply` holds the right to answer.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        #[inline(always)]
        pub unsafe extern "C" fn seL4_RecvWithMRs(
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            reply: seL4_CPtr,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe { received!(arch::recv(crate::seL4_SysRecv as isize, src, reply), sender, $($mr $index)*) }
        }

        /// Waits for a notification, or for a message that needs no answer.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_WaitWithMRs(
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe { received!(arch::recv(crate::seL4_SysWait as isize, src, NO_REPLY), sender, $($mr $index)*) }
        }

        /// Answers through `reply` and waits for the next message. The pointers have the answer's
        /// first words, and get the next message's.
        ///
        /// (ia32's libsel4.a does not hand `reply` on.)
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_ReplyRecvWithMRs(
            src: seL4_CPtr,
            msgInfo: seL4_MessageInfo_t,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word,)*
            reply: seL4_CPtr,
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe {
                let (number, info) = (crate::seL4_SysReplyRecv as isize, word_of(msgInfo));
                received!(arch::send_recv(number, src, info, sent!(msgInfo, $($mr $index)*), reply), sender, $($mr $index)*)
            }
        }

        /// Sends a message if somebody waits for it, then waits for one.
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_NBSendRecvWithMRs(
            dest: seL4_CPtr,
            msgInfo: seL4_MessageInfo_t,
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word,)*
            reply: seL4_CPtr,
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe {
                let (number, info) = (crate::seL4_SysNBSendRecv as isize, word_of(msgInfo));
                received!(arch::nb_send_recv(number, dest, src, info, sent!(msgInfo, $($mr $index)*), reply), sender, $($mr $index)*)
            }
        }

        /// Sends a message through a reply capability, then waits for a notification or a message
        /// that needs no answer.
        ///
        /// (libsel4.a's function of this name makes another system call, one that answers nobody.)
        ///
        /// # Safety
        /// The pointers are valid or null.
        #[inline(always)]
        pub unsafe extern "C" fn seL4_NBSendWaitWithMRs(
            dest: seL4_CPtr,
            msgInfo: seL4_MessageInfo_t,
            src: seL4_CPtr,
            sender: *mut seL4_Word,
            $($mr: *mut seL4_Word),*
        ) -> seL4_MessageInfo_t {
            // SAFETY: as the caller promises.
            unsafe {
                let (number, info) = (crate::seL4_SysNBSendWait as isize, word_of(msgInfo));
                received!(arch::send_recv(number, src, info, sent!(msgInfo, $($mr $index)*), dest), sender, $($mr $index)*)
            }
        }
    };
}
#[cfg(KernelIsMCS)]
with_words!(receiving);
