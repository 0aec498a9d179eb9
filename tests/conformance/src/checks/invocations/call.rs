//! A method's arguments, and what came of calling it.

use super::server::{self, Message};
use crate::message::{set_word, word};
use selfe_sys as sys;
use selfe_sys::{seL4_CPtr, seL4_CapRights_t};

/// The most capabilities that a message has.
pub const MOST_CAPS: usize = sys::seL4_MsgMaxExtraCaps as usize;
/// The most words that a message has.
pub const MOST_WORDS: usize = sys::seL4_MsgMaxLength as usize;
/// The most pointers to structs that a method has.
pub const MOST_STRUCTS: usize = 2;
/// The badge of the capability that is invoked; those of the arguments follow.
pub const FIRST_BADGE: usize = 0x61;

/// Words that are kept for each struct: more than any has, so that who writes behind it is seen.
const ROOM: usize = 64;
/// The most values that a method returns.
const MOST_RESULTS: usize = 8;

/// A method's arguments, and its results.
pub struct Call {
    /// The capability that is invoked.
    pub service: seL4_CPtr,
    /// Those that are arguments, in their order.
    pub caps: [seL4_CPtr; MOST_CAPS],
    /// How many words of a struct count, where a method asks.
    pub count: usize,
    /// The bits of all values that are inverted.
    pub flip: u64,
    memory: [[usize; ROOM]; MOST_STRUCTS],
    results: [u64; MOST_RESULTS],
}

/// What came of a call.
pub struct Seen {
    /// What arrived.
    pub message: Message,
    /// The values that were returned.
    pub results: [u64; MOST_RESULTS],
    /// What is behind the pointers now.
    pub memory: [[usize; ROOM]; MOST_STRUCTS],
    /// The words of the caller's IPC buffer.
    pub buffer: [usize; MOST_WORDS],
}

impl Call {
    /// One that has no capability for arguments yet.
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

    /// A value for the argument of this number, with bits set beyond the sizes of smaller
    /// arguments.
    pub fn value<T: Value>(&self, nth: usize) -> T {
        T::cut((nth as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ self.flip)
    }

    /// A struct for the argument that is the pointer of this number.
    pub fn memory<T>(&mut self, nth: usize) -> *mut T {
        const { assert!(size_of::<T>() < ROOM * size_of::<usize>()) };
        self.memory[nth].as_mut_ptr().cast()
    }

    /// The word of this number behind that pointer, before the call.
    pub fn before(&self, nth: usize, index: usize) -> usize {
        pattern(1 + nth, index) ^ self.flip as usize
    }

    /// Keeps what was returned.
    pub fn returned(&mut self, values: &[u64]) {
        self.results[..values.len()].copy_from_slice(values);
    }

    /// Calls a method in one form, with an answer of that label. What a form leaves alone is the
    /// same for each.
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
            // SAFETY: this thread has an IPC buffer. A capability that was not set is known by the
            // badge of this one.
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

/// A word that is like no other of its kind, nor like one of another kind.
pub fn pattern(kind: usize, index: usize) -> usize {
    (kind + 1).wrapping_mul(0x3b9a_ca07) ^ (index + 1).wrapping_mul(0x0101_0101) ^ (usize::MAX / 5)
}

/// The type of an argument that is a value.
pub trait Value {
    /// As many bits as it has.
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
