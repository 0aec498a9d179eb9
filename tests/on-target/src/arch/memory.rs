//! The memory functions, which the Rust library of a Linux target takes from the C library.
#![cfg(target_os = "linux")]

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: the caller upholds the conditions.
    unsafe { forward(to, from, count) };
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    if (to as usize).wrapping_sub(from as usize) >= count {
        // SAFETY: the caller upholds the conditions; if the regions overlap, `to` comes first.
        unsafe { forward(to, from, count) };
        return to;
    }
    for at in (0..count).rev() {
        // SAFETY: the caller upholds the conditions. Volatile, or the compiler would replace the
        // loop with a call of this very function.
        unsafe { to.add(at).write_volatile(from.add(at).read_volatile()) };
    }
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    for at in 0..count {
        // SAFETY: as in `memmove`.
        unsafe { to.add(at).write_volatile(byte as u8) };
    }
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
    for at in 0..count {
        // SAFETY: as in `memmove`.
        let (one, other) = unsafe { (one.add(at).read_volatile(), other.add(at).read_volatile()) };
        if one != other {
            return i32::from(one) - i32::from(other);
        }
    }
    0
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
    // SAFETY: the caller upholds the conditions.
    unsafe { memcmp(one, other, count) }
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut length = 0;
    // SAFETY: as in `memmove`.
    while unsafe { text.add(length).read_volatile() } != 0 {
        length += 1;
    }
    length
}

unsafe fn forward(to: *mut u8, from: *const u8, count: usize) {
    for at in 0..count {
        // SAFETY: the caller's; volatile as in `memmove`.
        unsafe { to.add(at).write_volatile(from.add(at).read_volatile()) };
    }
}
