//! The C functions against Rust's own.

use core::ffi::{c_int, c_void};
use proptest::prelude::*;

unsafe extern "C" {
    fn memcpy(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memmove(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memset(to: *mut c_void, byte: c_int, count: usize) -> *mut c_void;
    fn memcmp(left: *const c_void, right: *const c_void, count: usize) -> c_int;
    fn bcmp(left: *const c_void, right: *const c_void, count: usize) -> c_int;
    fn strlen(text: *const c_void) -> usize;
    fn strcpy(to: *mut c_void, from: *const c_void) -> *mut c_void;
}

proptest! {
    #[test]
    fn copying(from in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut to = vec![0; from.len()];
        let returned = unsafe { memcpy(to.as_mut_ptr().cast(), from.as_ptr().cast(), from.len()) };
        prop_assert_eq!(returned, to.as_mut_ptr().cast());
        prop_assert_eq!(to, from);
    }

    #[test]
    fn moving_where_both_overlap(bytes in proptest::collection::vec(any::<u8>(), 64), from in 0usize..32, to in 0usize..32, count in 0usize..32) {
        let mut expected = bytes.clone();
        expected.copy_within(from..from + count, to);
        let mut moved = bytes;
        let start = moved.as_mut_ptr();
        unsafe { memmove(start.add(to).cast(), start.add(from).cast(), count) };
        prop_assert_eq!(moved, expected);
    }

    #[test]
    fn filling(byte in any::<c_int>(), count in 0usize..300) {
        let mut to = vec![0u8; count + 1];
        unsafe { memset(to.as_mut_ptr().cast(), byte, count) };
        prop_assert!(to[..count].iter().all(|&b| b == byte as u8));
        prop_assert_eq!(to[count], 0);
    }

    #[test]
    fn comparing(left in proptest::collection::vec(0u8..3, 8), right in proptest::collection::vec(0u8..3, 8), count in 0usize..8) {
        let (a, b) = (left.as_ptr().cast(), right.as_ptr().cast());
        let expected = left[..count].cmp(&right[..count]) as c_int;
        prop_assert_eq!(unsafe { memcmp(a, b, count) }.signum(), expected);
        prop_assert_eq!(unsafe { bcmp(a, b, count) } == 0, expected == 0);
    }

    #[test]
    fn strings(text in proptest::collection::vec(1u8..=255, 0..100)) {
        let mut text = text;
        text.push(0);
        prop_assert_eq!(unsafe { strlen(text.as_ptr().cast()) }, text.len() - 1);
        let mut to = vec![0xffu8; text.len()];
        unsafe { strcpy(to.as_mut_ptr().cast(), text.as_ptr().cast()) };
        prop_assert_eq!(to, text);
    }
}
