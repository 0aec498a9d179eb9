//! What libsel4.a and the compiler call and have to find here.

use crate::linux::{Stdout, exit};
use core::ffi::{CStr, c_char, c_int};
use core::fmt::Write;

/// An assertion of libsel4's that does not hold.
///
/// # Safety
/// The texts are C's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __assert_fail(
    what: *const c_char,
    file: *const c_char,
    line: c_int,
    _function: *const c_char,
) -> ! {
    // SAFETY: libsel4 passes literals.
    let (what, file) = unsafe { (CStr::from_ptr(what), CStr::from_ptr(file)) };
    let _ = writeln!(Stdout, "{}:{line}: {}", file.to_string_lossy(), what.to_string_lossy());
    exit(101)
}

/// Of `seL4_DebugNameThread` and its like, which no check calls.
///
/// # Safety
/// It is never called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strcpy(_to: *mut c_char, _from: *const c_char) -> *mut c_char {
    unreachable!("no check copies a string")
}
