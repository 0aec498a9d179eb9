//! Tests of selfe-test itself: one for each way in which a test can end. `cargo xtask boot` runs
//! them, those that fail too, and knows how each has to end.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::ptr::null_mut;
use selfe_start::{boot_info, debug_println};
use selfe_sys as sys;

selfe_test::main!();

mod succeeds {
    use super::*;

    #[selfe_test::test]
    fn by_returning() {}

    #[selfe_test::test]
    fn by_returning_ok() -> Result<(), sys::seL4_Error> {
        Ok(())
    }

    #[selfe_test::test]
    #[should_panic(expected = "out of bounds")]
    fn by_panicking_as_expected() {
        let numbers = black_box([1, 2, 3]);
        debug_println!("{}", numbers[black_box(3)]);
    }

    #[selfe_test::test]
    fn with_empty_slots() {
        halve_the_largest_memory();
    }

    /// The same as the test before it, which took what this one takes.
    #[selfe_test::test]
    fn with_empty_slots_again() {
        halve_the_largest_memory();
    }
}

mod fails {
    use super::*;

    #[selfe_test::test]
    fn by_an_error() -> Result<(), &'static str> {
        Err("this is the error")
    }

    #[selfe_test::test]
    fn by_a_panic() {
        debug_println!("before the panic");
        assert_eq!(black_box(1) + 1, 3, "this is the panic");
    }

    #[selfe_test::test]
    #[should_panic]
    fn by_no_panic() {}

    #[selfe_test::test]
    #[should_panic(expected = "another message")]
    fn by_another_panic() {
        panic!("this is the panic");
    }

    #[selfe_test::test]
    fn by_a_fault() {
        // SAFETY: it is not sound: that is the test.
        unsafe { black_box(null_mut::<u32>()).write_volatile(1) };
    }

    #[selfe_test::test]
    fn by_a_stack_overflow() {
        debug_println!("{} levels", deeper(1));
    }

    #[selfe_test::test(timeout = 1)]
    fn by_its_time_limit() {
        loop {
            core::hint::spin_loop();
        }
    }

    #[selfe_test::test]
    fn by_ending_the_run() {
        selfe_start::exit(3);
    }
}

/// Not run: nothing asks for it.
#[selfe_test::test]
#[ignore = "it would fail"]
fn ignored() {
    panic!("this test is ignored");
}

#[expect(unconditional_recursion, reason = "that is the test")]
fn deeper(level: u64) -> u64 {
    let room = black_box([level; 64]);
    deeper(level + 1) + black_box(room)[0]
}

/// Takes the whole of a piece of memory, and the first two empty slots.
fn halve_the_largest_memory() {
    let info = boot_info();
    let count = info.untyped.end - info.untyped.start;
    let (untyped, memory) = (info.untyped.start..)
        .zip(&info.untypedList[..count])
        .filter(|(_, memory)| memory.isDevice == 0)
        .max_by_key(|(_, memory)| memory.sizeBits)
        .expect("there is memory");
    let bits = usize::from(memory.sizeBits) - 1;
    let cnode = sys::seL4_CapInitThreadCNode as sys::seL4_CPtr;
    let kind = sys::seL4_UntypedObject as _;
    // SAFETY: the slots are empty, and nothing uses the memory.
    let code = unsafe { sys::seL4_Untyped_Retype(untyped, kind, bits, cnode, 0, 0, info.empty.start, 2) };
    assert_eq!(code, sys::seL4_NoError);
}
