//! The functions for the IPC buffer, in both forms: each writes its own place in the buffer and
//! reads it back.

use crate::ensure;
use crate::failure::{Checked, Failure, Outcome};
use crate::forms::{Buffer, C, Form, Inline};
use crate::root::Root;
use core::mem::{MaybeUninit, offset_of};
use selfe_sys as sys;
use selfe_sys::seL4_IPCBuffer;

const WORD: usize = size_of::<usize>();
const WORDS: usize = size_of::<seL4_IPCBuffer>() / WORD;

/// The buffer as words.
struct Words(*mut usize);

impl Words {
    fn get(&self, index: usize) -> usize {
        // SAFETY: it is this thread's buffer, and the index is in range.
        unsafe { self.0.add(index).read_volatile() }
    }

    fn set(&self, index: usize, word: usize) {
        // SAFETY: as above.
        unsafe { self.0.add(index).write_volatile(word) }
    }

    /// A word different from all others in the buffer and from those that other calls write.
    fn background(index: usize) -> usize {
        (index + 1).wrapping_mul(usize::MAX / 0x1_0101)
    }

    fn fill(&self) {
        (0..WORDS).for_each(|index| self.set(index, Words::background(index)));
    }

    /// Checks that only one place was written.
    fn only<F: Form>(&self, what: &str, place: usize, wanted: usize) -> Result<(), Failure> {
        for index in 0..WORDS {
            let wanted = if index == place {
                wanted
            } else {
                Words::background(index)
            };
            same::<F>(what, self.get(index), wanted)?;
        }
        Ok(())
    }
}

fn same<F: Form>(what: &str, found: usize, wanted: usize) -> Result<(), Failure> {
    ensure!(found == wanted, "{what} ({}): {found:#x}, not {wanted:#x}", F::NAME);
    Ok(())
}

/// Checks both forms.
pub fn check(root: &mut Root) -> Checked {
    let buffer = root.info.ipcBuffer;
    check_form::<C>(buffer)?;
    check_form::<Inline>(buffer)?;
    check_set_buffer::<C>(buffer)?;
    check_set_buffer::<Inline>(buffer)?;
    Ok(Outcome::Ok)
}

fn check_form<F: Form>(buffer: *mut seL4_IPCBuffer) -> Result<(), Failure> {
    same::<F>("seL4_GetIPCBuffer", F::buffer().addr(), buffer.addr())?;
    let words = Words(buffer.cast());
    for index in 0..sys::seL4_MsgMaxLength as usize {
        let place = offset_of!(seL4_IPCBuffer, msg) / WORD + index;
        words.fill();
        same::<F>("seL4_GetMR", F::word(index), Words::background(place))?;
        F::set_word(index, !index);
        words.only::<F>("seL4_SetMR", place, !index)?;
    }
    for index in 0..sys::seL4_MsgMaxExtraCaps as usize {
        let place = offset_of!(seL4_IPCBuffer, caps_or_badges) / WORD + index;
        words.fill();
        same::<F>("seL4_GetCap", F::cap(index), Words::background(place))?;
        same::<F>("seL4_GetBadge", F::badge(index), Words::background(place))?;
        F::set_cap(index, !index);
        words.only::<F>("seL4_SetCap", place, !index)?;
    }
    let place = offset_of!(seL4_IPCBuffer, userData) / WORD;
    words.fill();
    same::<F>("seL4_GetUserData", F::user_data(), Words::background(place))?;
    F::set_user_data(!place);
    words.only::<F>("seL4_SetUserData", place, !place)?;
    check_path::<F>(&words)
}

/// A null pointer means that the value is not wanted.
fn check_path<F: Form>(words: &Words) -> Result<(), Failure> {
    let places = [
        offset_of!(seL4_IPCBuffer, receiveCNode),
        offset_of!(seL4_IPCBuffer, receiveIndex),
        offset_of!(seL4_IPCBuffer, receiveDepth),
    ];
    words.fill();
    F::set_path(1, 2, 3);
    for (place, wanted) in places.into_iter().zip(1..) {
        same::<F>("seL4_SetCapReceivePath", words.get(place / WORD), wanted)?;
        words.set(place / WORD, Words::background(place / WORD));
    }
    words.only::<F>("seL4_SetCapReceivePath", usize::MAX, 0)?;
    F::set_path(1, 2, 3);
    for asked in 0..8 {
        let mut path = [7; 3];
        let [cnode, index, depth] = &mut path;
        F::path(
            (asked & 1 != 0).then_some(cnode),
            (asked & 2 != 0).then_some(index),
            (asked & 4 != 0).then_some(depth),
        );
        for (bit, found) in path.into_iter().enumerate() {
            let wanted = if asked >> bit & 1 != 0 { bit + 1 } else { 7 };
            same::<F>("seL4_GetCapReceivePath", found, wanted)?;
        }
    }
    F::set_path(0, 0, 0);
    Ok(())
}

/// A value set through one form is visible in both.
fn check_set_buffer<F: Form>(buffer: *mut seL4_IPCBuffer) -> Result<(), Failure> {
    let mut other = MaybeUninit::uninit();
    let place = other.as_mut_ptr();
    F::set_buffer(place);
    let found = [C::buffer(), Inline::buffer()];
    F::set_buffer(buffer);
    let after = [C::buffer(), Inline::buffer()];
    for (found, wanted) in [(found, place), (after, buffer)] {
        for found in found {
            same::<F>("seL4_SetIPCBuffer", found.addr(), wanted.addr())?;
        }
    }
    Ok(())
}
