//! Assertions of libsel4's C code.

use core::ffi::{CStr, c_char, c_int};

/// Prints an assertion that did not hold, and ends the run as a panic does.
///
/// # Safety
/// The three texts are C strings, or null.
#[unsafe(no_mangle)]
unsafe extern "C" fn selfe_assertion_failed(
    condition: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> ! {
    let text = |text: *const c_char| {
        // SAFETY: the caller hands over C strings or null.
        if text.is_null() {
            "?"
        } else {
            unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("?")
        }
    };
    crate::debug_println!(
        "{}:{line}: {}: assertion failed: {}",
        text(file),
        text(function),
        text(condition)
    );
    crate::exit(crate::exit::PANICKED)
}
