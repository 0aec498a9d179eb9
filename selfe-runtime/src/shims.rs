//! The C functions that compilers and libsel4 expect to find. `shims/` holds most of them, in C.

#[cfg(not(test))]
mod linked {
    use core::ffi::c_void;

    #[link(name = "selfe_shims", kind = "static")]
    unsafe extern "C" {
        fn memcpy(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
        fn _Unwind_Resume();
    }

    /// One function of each file in `shims/`, by its address.
    struct Shims {
        _string: unsafe extern "C" fn(*mut c_void, *const c_void, usize) -> *mut c_void,
        _unwind: unsafe extern "C" fn(),
    }

    /// Keeps the files' functions for the libraries that come after this one on the linker's command line: a linker that reads each
    /// library once has passed this one when libsel4.a or `core` asks for them. A linker that collects garbage drops those that nobody
    /// asks for, but for these two.
    #[used]
    static KEPT: Shims = Shims {
        _string: memcpy,
        _unwind: _Unwind_Resume,
    };
}

#[cfg(test)]
mod tests {
    use core::cmp::Ordering;
    use core::ffi::{CStr, c_char, c_int, c_void};
    use proptest::prelude::*;

    // The same sources, compiled under other names.
    #[link(name = "selfe_shims_test", kind = "static")]
    unsafe extern "C" {
        fn selfe_test_memcpy(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
        fn selfe_test_memmove(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
        fn selfe_test_memset(to: *mut c_void, value: c_int, n: usize) -> *mut c_void;
        fn selfe_test_memcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
        fn selfe_test_bcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
        fn selfe_test_strlen(s: *const c_char) -> usize;
        fn selfe_test_strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    }

    const SIZE: usize = 96;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(any::<u8>(), SIZE)
    }

    /// Offsets and a length that stay inside a buffer of `SIZE` bytes.
    fn places() -> impl Strategy<Value = (usize, usize, usize)> {
        (0..SIZE, 0..SIZE).prop_flat_map(|(to, from)| (Just(to), Just(from), 0..=SIZE - to.max(from)))
    }

    proptest! {
        #[test]
        fn memcpy_copies((to, from, n) in places(), source in bytes(), target in bytes()) {
            let (mut ours, mut std) = (target.clone(), target);
            // SAFETY: `places` stays inside both buffers.
            let returned = unsafe { selfe_test_memcpy(ours.as_mut_ptr().add(to).cast(), source.as_ptr().add(from).cast(), n) };
            prop_assert_eq!(returned, ours.as_mut_ptr().wrapping_add(to).cast());
            std[to..to + n].copy_from_slice(&source[from..from + n]);
            prop_assert_eq!(ours, std);
        }

        #[test]
        fn memmove_copies_within_a_buffer((to, from, n) in places(), buffer in bytes()) {
            let (mut ours, mut std) = (buffer.clone(), buffer);
            // SAFETY: `places` stays inside the buffer.
            unsafe {
                let base = ours.as_mut_ptr();
                let returned = selfe_test_memmove(base.add(to).cast(), base.add(from).cast(), n);
                prop_assert_eq!(returned, base.add(to).cast());
            }
            std.copy_within(from..from + n, to);
            prop_assert_eq!(ours, std);
        }

        #[test]
        fn memset_fills((to, _, n) in places(), value in any::<c_int>(), buffer in bytes()) {
            let (mut ours, mut std) = (buffer.clone(), buffer);
            // SAFETY: `places` stays inside the buffer.
            unsafe { selfe_test_memset(ours.as_mut_ptr().add(to).cast(), value, n) };
            std[to..to + n].fill(value as u8);
            prop_assert_eq!(ours, std);
        }

        #[test]
        fn memcmp_orders_as_slices_do((a, b, n) in places(), x in bytes(), differing in 0..SIZE, byte in any::<u8>()) {
            let mut y = x.clone();
            y.rotate_left(a.abs_diff(b));
            y[differing] = byte;
            let (left, right) = (&x[a..a + n], &y[b..b + n]);
            // SAFETY: both slices have n bytes.
            let (order, same) = unsafe {
                let (p, q) = (left.as_ptr().cast(), right.as_ptr().cast());
                (selfe_test_memcmp(p, q, n).cmp(&0), selfe_test_bcmp(p, q, n) == 0)
            };
            prop_assert_eq!(order, left.cmp(right));
            prop_assert_eq!(same, order == Ordering::Equal);
        }

        #[test]
        fn strings_end_at_the_first_zero(mut text in bytes()) {
            text.push(0);
            let string = CStr::from_bytes_until_nul(&text).unwrap();
            let mut copy = vec![0xaa_u8; SIZE + 2];
            // SAFETY: the string ends inside its buffer, and the copy has room for it.
            unsafe {
                prop_assert_eq!(selfe_test_strlen(string.as_ptr()), string.count_bytes());
                selfe_test_strcpy(copy.as_mut_ptr().cast(), string.as_ptr());
            }
            let n = string.count_bytes();
            prop_assert_eq!(&copy[..=n], string.to_bytes_with_nul());
            prop_assert!(copy[n + 1..].iter().all(|&byte| byte == 0xaa), "wrote past the string's end");
        }
    }
}
