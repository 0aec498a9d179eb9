//! Copying, filling and comparing memory, with the linked functions and byte by byte.
//!
//! Compilers insert calls of these functions, so their cost is part of every program.
//! `selfe-runtime` links its own if the Rust library of the target has none.

use crate::operations::{Client, Objects};
use core::arch::asm;
use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use core::hint::black_box;

/// One operation, in both ways.
pub struct Operation {
    /// Its name in the table.
    pub name: &'static str,
    /// The byte-wise function and the one that calls the linked function.
    pub ways: [Client; 2],
}

/// The names of the two ways in the table.
pub const WAYS: [&str; 2] = ["bytes", "linked"];

unsafe extern "C" {
    fn memcpy(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memmove(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memset(to: *mut c_void, byte: c_int, count: usize) -> *mut c_void;
    fn memcmp(left: *const c_void, right: *const c_void, count: usize) -> c_int;
}

/// How many bytes the long operations handle.
const LONG: usize = 1024;

#[repr(align(64))]
struct Buffer(UnsafeCell<[u8; 2 * LONG]>);

// SAFETY: only the first thread uses the buffers.
unsafe impl Sync for Buffer {}

static TO: Buffer = Buffer(UnsafeCell::new([1; 2 * LONG]));
static FROM: Buffer = Buffer(UnsafeCell::new([1; 2 * LONG]));

/// A place `at` bytes after an aligned address. The compiler knows neither the place nor the
/// length.
fn place(buffer: &Buffer, at: usize) -> *mut u8 {
    black_box(buffer.0.get().cast::<u8>().wrapping_add(at))
}

/// A loop over bytes that the compiler cannot turn into a call of a memory function.
macro_rules! each_byte {
    ($count:expr, $nth:ident, $body:expr) => {
        for $nth in 0..$count {
            $body;
            // SAFETY: the assembly is empty.
            unsafe { asm!("", options(nostack, preserves_flags)) };
        }
    };
}

unsafe fn copy_bytes(to: *mut u8, from: *const u8, count: usize) {
    // SAFETY: the caller passes valid places.
    each_byte!(count, nth, unsafe { *to.add(nth) = *from.add(nth) });
}

unsafe fn fill_bytes(to: *mut u8, count: usize) {
    // SAFETY: the caller passes a valid place.
    each_byte!(count, nth, unsafe { *to.add(nth) = 1 });
}

unsafe fn compare_bytes(left: *const u8, right: *const u8, count: usize) -> c_int {
    each_byte!(count, nth, {
        // SAFETY: the caller passes valid places.
        let (left, right) = unsafe { (*left.add(nth), *right.add(nth)) };
        if left != right {
            return 1;
        }
    });
    0
}

/// Runs an operation on two places many times. Both hold the same bytes, before and after.
macro_rules! operation {
    ($name:literal, $to:literal, $from:literal, $count:expr, |$left:ident, $right:ident, $n:ident| $bytes:expr, $linked:expr) => {{
        unsafe extern "C" fn bytes(_: &Objects, times: usize) -> usize {
            let ($left, $right, $n) = (place(&TO, $to), place(&FROM, $from), black_box($count));
            (0..times).for_each(|_| {
                // SAFETY: both places have room for that many bytes.
                black_box(unsafe { $bytes });
            });
            times
        }
        unsafe extern "C" fn linked(_: &Objects, times: usize) -> usize {
            let ($left, $right, $n) = (place(&TO, $to), place(&FROM, $from), black_box($count));
            (0..times).for_each(|_| {
                // SAFETY: both places have room for that many bytes.
                black_box(unsafe { $linked });
            });
            times
        }
        Operation {
            name: $name,
            ways: [bytes, linked],
        }
    }};
}

/// All memory operations.
pub const OPERATIONS: &[Operation] = &[
    operation!(
        "copy 1024 bytes",
        0,
        0,
        LONG,
        |to, from, n| copy_bytes(to, from, n),
        memcpy(to.cast(), from.cast(), n)
    ),
    operation!(
        "copy 1024 bytes, apart by 1",
        0,
        1,
        LONG,
        |to, from, n| copy_bytes(to, from, n),
        memcpy(to.cast(), from.cast(), n)
    ),
    operation!(
        "copy 16 bytes",
        0,
        0,
        16,
        |to, from, n| copy_bytes(to, from, n),
        memcpy(to.cast(), from.cast(), n)
    ),
    operation!(
        "move 1024 bytes up by 8",
        8,
        0,
        LONG,
        |to, _from, n| copy_bytes(to, to.sub(8), n),
        memmove(to.cast(), to.sub(8).cast(), n)
    ),
    operation!(
        "fill 1024 bytes",
        0,
        0,
        LONG,
        |to, _from, n| fill_bytes(to, n),
        memset(to.cast(), 1, n)
    ),
    operation!(
        "compare 1024 bytes",
        0,
        0,
        LONG,
        |to, from, n| compare_bytes(to, from, n),
        memcmp(to.cast(), from.cast(), n)
    ),
];
