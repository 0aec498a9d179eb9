//! Assertions of libsel4's C code.

use core::ffi::{CStr, c_char, c_int};

/// What a failed assertion of libsel4 calls: prints it and ends the run as a panic does.
///
/// # Safety
/// The three texts are C strings, or null.
#[unsafe(no_mangle)]
unsafe extern "C" fn __assert_fail(
    condition: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> ! {
    // SAFETY: as the caller promises.
    let [condition, file, function] = unsafe { [text(condition), text(file), text(function)] };
    crate::debug_println!("{file}:{line}: {function}: assertion failed: {condition}");
    crate::exit(crate::exit::PANICKED)
}

/// # Safety
/// The pointer is null or to a C string that stays as it is.
unsafe fn text(pointer: *const c_char) -> &'static str {
    if pointer.is_null() {
        return "?";
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap_or("?")
}
