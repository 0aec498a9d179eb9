//! Symbols that libsel4.a and the compiler refer to.

use crate::linux::{Stdout, exit};
use core::ffi::{CStr, c_char, c_int};
use core::fmt::Write;

/// Called if an assertion of libsel4 fails.
///
/// # Safety
/// The texts are C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __assert_fail(
    what: *const c_char,
    file: *const c_char,
    line: c_int,
    _function: *const c_char,
) -> ! {
    // SAFETY: libsel4 passes string literals.
    let (what, file) = unsafe { (CStr::from_ptr(what), CStr::from_ptr(file)) };
    let _ = writeln!(Stdout, "{}:{line}: {}", file.to_string_lossy(), what.to_string_lossy());
    exit(101)
}

/// Used by `seL4_DebugNameThread` and the like, which no check calls.
///
/// # Safety
/// It is never called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strcpy(_to: *mut c_char, _from: *const c_char) -> *mut c_char {
    unreachable!("no check copies a string")
}
