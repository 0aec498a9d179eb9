//! What the headers offer in a form that bindgen can't bind: macros with arguments, `static`
//! functions and constants.
//!
//! A test compares the headers with this crate and names what is missing here.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]

use super::bindings::*;
use crate::ctypes;

/// A machine word: what a register or a message register holds.
pub type seL4_Word = usize;

/// The address of a capability in a thread's capability space.
pub type seL4_CPtr = seL4_Word;

/// The null pointer.
pub const seL4_Null: *mut ctypes::c_void = core::ptr::null_mut();

/// The word whose only bit is the nth.
pub const fn LIBSEL4_BIT(n: seL4_Word) -> seL4_Word {
    1 << n
}

/// After a mapping that failed with `seL4_FailedLookup`: the bits of the virtual address that
/// remain to be translated at the level whose paging structure is missing. One of the
/// `SEL4_MAPPING_LOOKUP_NO_…`.
///
/// # Safety
/// It reads the thread's IPC buffer.
pub unsafe fn seL4_MappingFailedLookupLevel() -> seL4_Word {
    // SAFETY: as the caller promises.
    unsafe { crate::seL4_GetMR(SEL4_MAPPING_LOOKUP_LEVEL as _) }
}

/// The former name of notifications.
#[deprecated(note = "use seL4_NotificationObject")]
pub const seL4_AsyncEndpointObject: seL4_ObjectType = seL4_NotificationObject;

/// How many extra refills a scheduling context of 2<sup>`size`</sup> bytes has room for; `size` is
/// at least `seL4_MinSchedContextBits`.
#[cfg(KernelIsMCS)]
pub const fn seL4_MaxExtraRefills(size: seL4_Word) -> seL4_Word {
    (LIBSEL4_BIT(size) - seL4_CoreSchedContextBytes as seL4_Word) / seL4_RefillSizeBytes as seL4_Word
}

/// The number of bits of a word.
pub const seL4_WordBits: usize = usize::BITS as usize;
