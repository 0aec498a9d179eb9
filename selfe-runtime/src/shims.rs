//! The C functions that compilers and libsel4 expect. Most of them are in `shims/`, in C.

#[cfg(not(test))]
mod linked {
    use core::ffi::c_char;

    #[link(name = "selfe_shims", kind = "static")]
    unsafe extern "C" {
        static selfe_shims_hosted: c_char;
        static selfe_shims_libsel4: c_char;
        #[cfg(memory_functions)]
        static selfe_shims_memory: c_char;
    }

    /// A symbol of each file in `shims/`; only its address is used.
    struct Files {
        _hosted: &'static c_char,
        _libsel4: &'static c_char,
        #[cfg(memory_functions)]
        _memory: &'static c_char,
    }

    /// Keeps the files' functions for the libraries that follow on the linker's command line: a
    /// linker that reads each library once would have passed this one before libsel4.a or `core`
    /// needs them. A linker that collects garbage drops the unused ones.
    // SAFETY: they are constants in C, which exist as long as the program.
    #[used]
    static KEPT: Files = unsafe {
        Files {
            _hosted: &selfe_shims_hosted,
            _libsel4: &selfe_shims_libsel4,
            #[cfg(memory_functions)]
            _memory: &selfe_shims_memory,
        }
    };
}

#[cfg(test)]
mod tests {
    use core::cmp::Ordering;
    use core::ffi::{CStr, c_char, c_int, c_void};
    use proptest::prelude::*;

    const SIZE: usize = 96;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(any::<u8>(), SIZE)
    }

    /// Offsets and a length within a buffer of `SIZE` bytes.
    fn places() -> impl Strategy<Value = (usize, usize, usize)> {
        (0..SIZE, 0..SIZE).prop_flat_map(|(to, from)| (Just(to), Just(from), 0..=SIZE - to.max(from)))
    }

    /// The tests of one library, whose functions' names begin with a prefix.
    macro_rules! tests {
        ($module:ident, $library:literal, $prefix:literal) => {
            mod $module {
                use super::*;

                // The same sources, compiled under other names.
                #[link(name = $library, kind = "static")]
                unsafe extern "C" {
                    #[link_name = concat!($prefix, "memcpy")]
                    fn memcpy(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
                    #[link_name = concat!($prefix, "memmove")]
                    fn memmove(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
                    #[link_name = concat!($prefix, "memset")]
                    fn memset(to: *mut c_void, value: c_int, n: usize) -> *mut c_void;
                    #[link_name = concat!($prefix, "memcmp")]
                    fn memcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
                    #[link_name = concat!($prefix, "bcmp")]
                    fn bcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
                    #[link_name = concat!($prefix, "strlen")]
                    fn strlen(s: *const c_char) -> usize;
                    #[link_name = concat!($prefix, "strcpy")]
                    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
                }

                proptest! {
                    #[test]
                    fn memcpy_copies((to, from, n) in places(), source in bytes(), target in bytes()) {
                        let (mut ours, mut std) = (target.clone(), target);
                        // SAFETY: `places` stays within both buffers.
                        let returned = unsafe { memcpy(ours.as_mut_ptr().add(to).cast(), source.as_ptr().add(from).cast(), n) };
                        prop_assert_eq!(returned, ours.as_mut_ptr().wrapping_add(to).cast());
                        std[to..to + n].copy_from_slice(&source[from..from + n]);
                        prop_assert_eq!(ours, std);
                    }

                    #[test]
                    fn memmove_copies_within_a_buffer((to, from, n) in places(), buffer in bytes()) {
                        let (mut ours, mut std) = (buffer.clone(), buffer);
                        // SAFETY: `places` stays within the buffer.
                        unsafe {
                            let base = ours.as_mut_ptr();
                            let returned = memmove(base.add(to).cast(), base.add(from).cast(), n);
                            prop_assert_eq!(returned, base.add(to).cast());
                        }
                        std.copy_within(from..from + n, to);
                        prop_assert_eq!(ours, std);
                    }

                    #[test]
                    fn memset_fills((to, _, n) in places(), value in any::<c_int>(), buffer in bytes()) {
                        let (mut ours, mut std) = (buffer.clone(), buffer);
                        // SAFETY: `places` stays within the buffer.
                        unsafe { memset(ours.as_mut_ptr().add(to).cast(), value, n) };
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
                            (memcmp(p, q, n).cmp(&0), bcmp(p, q, n) == 0)
                        };
                        prop_assert_eq!(order, left.cmp(right));
                        prop_assert_eq!(same, order == Ordering::Equal);
                    }

                    #[test]
                    fn strings_end_at_the_first_zero(mut text in bytes()) {
                        text.push(0);
                        let string = CStr::from_bytes_until_nul(&text).unwrap();
                        let mut copy = vec![0xaa_u8; SIZE + 2];
                        // SAFETY: the string ends within its buffer, and the copy has space for it.
                        unsafe {
                            prop_assert_eq!(strlen(string.as_ptr()), string.count_bytes());
                            strcpy(copy.as_mut_ptr().cast(), string.as_ptr());
                        }
                        let n = string.count_bytes();
                        prop_assert_eq!(&copy[..=n], string.to_bytes_with_nul());
                        prop_assert!(copy[n + 1..].iter().all(|&byte| byte == 0xaa), "wrote past the string's end");
                    }
                }
            }
        };
    }

    tests!(own, "selfe_shims_test", "selfe_test_");
    tests!(by_words, "selfe_shims_words_test", "selfe_words_");
}
