//! The arguments of a method, and the effects of calling it.

use super::server::{self, Message};
use crate::message::{set_word, word};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t};

/// The maximum number of capabilities in a message.
pub const MOST_CAPS: usize = sys::seL4_MsgMaxExtraCaps as usize;
/// The maximum number of words in a message.
pub const MOST_WORDS: usize = sys::seL4_MsgMaxLength as usize;
/// The maximum number of pointers to structs among a method's arguments.
pub const MOST_STRUCTS: usize = 2;
/// The badge of the invoked capability; those of the arguments follow.
pub const FIRST_BADGE: usize = 0x61;

/// Words reserved for each struct: more than any has, so that writes beyond its end are noticed.
const ROOM: usize = 64;
/// The maximum number of values that a method returns.
const MOST_RESULTS: usize = 8;

/// The arguments of a method, and its results.
pub struct Call {
    /// The invoked capability.
    pub service: seL4_CPtr,
    /// The capabilities among the arguments, in order.
    pub caps: [seL4_CPtr; MOST_CAPS],
    /// How many words of a struct are valid, if the method takes such a count.
    pub count: usize,
    /// A mask by which all values are inverted.
    pub flip: u64,
    memory: [[usize; ROOM]; MOST_STRUCTS],
    results: [u64; MOST_RESULTS],
}

/// The effects of a call.
pub struct Seen {
    /// The message that arrived.
    pub message: Message,
    /// The returned values.
    pub results: [u64; MOST_RESULTS],
    /// The memory behind the pointers after the call.
    pub memory: [[usize; ROOM]; MOST_STRUCTS],
    /// The words of the caller's IPC buffer.
    pub buffer: [usize; MOST_WORDS],
}

impl Call {
    /// A call without capabilities among its arguments.
    pub fn new(service: seL4_CPtr) -> Self {
        Call {
            service,
            caps: [0; MOST_CAPS],
            count: 0,
            flip: 0,
            memory: [[0; ROOM]; MOST_STRUCTS],
            results: [0; MOST_RESULTS],
        }
    }

    /// A value for the argument with this index, with bits set beyond the width of narrower
    /// arguments.
    pub fn value<T: Value>(&self, nth: usize) -> T {
        T::cut((nth as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ self.flip)
    }

    /// The struct for the pointer with this index.
    pub fn memory<T>(&mut self, nth: usize) -> *mut T {
        const { assert!(size_of::<T>() < ROOM * size_of::<usize>()) };
        self.memory[nth].as_mut_ptr().cast()
    }

    /// The word with this index behind that pointer, before the call.
    pub fn before(&self, nth: usize, index: usize) -> usize {
        pattern(1 + nth, index) ^ self.flip as usize
    }

    /// Records a returned value.
    pub fn returned(&mut self, values: &[u64]) {
        self.results[..values.len()].copy_from_slice(values);
    }

    /// Calls a method in one form and has it answered with that label. The initial state is the
    /// same for both forms.
    pub fn exchange(&mut self, form: fn(&mut Call), label: usize) -> Seen {
        for nth in 0..MOST_STRUCTS {
            for index in 0..ROOM {
                self.memory[nth][index] = self.before(nth, index);
            }
        }
        self.results = [0; MOST_RESULTS];
        for index in 0..MOST_WORDS {
            set_word(index, pattern(0, index));
        }
        for index in 0..MOST_CAPS {
            // SAFETY: this thread has an IPC buffer. A capability that the form does not set is
            // recognised by the badge of the invoked one.
            unsafe { sys::seL4_SetCap(index as _, self.service) };
        }
        server::will_answer(label, self.flip as usize);
        form(self);
        let mut buffer = [0; MOST_WORDS];
        for (index, kept) in buffer.iter_mut().enumerate() {
            *kept = word(index);
        }
        Seen {
            message: server::message(),
            results: self.results,
            memory: self.memory,
            buffer,
        }
    }
}

/// A word unlike any other of this or another kind.
pub fn pattern(kind: usize, index: usize) -> usize {
    (kind + 1).wrapping_mul(0x3b9a_ca07) ^ (index + 1).wrapping_mul(0x0101_0101) ^ (usize::MAX / 5)
}

/// The type of an argument passed by value.
pub trait Value {
    /// Truncates a word to the width of the type.
    fn cut(bits: u64) -> Self;
}

macro_rules! integers {
    ($($name:ty)*) => {
        $(impl Value for $name {
            fn cut(bits: u64) -> Self {
                bits as $name
            }
        })*
    };
}

integers!(i8 u8 i16 u16 i32 u32 i64 u64 isize usize);

impl Value for seL4_CapRights_t {
    fn cut(bits: u64) -> Self {
        seL4_CapRights_t { words: [bits as _] }
    }
}
