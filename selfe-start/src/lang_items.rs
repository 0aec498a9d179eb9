//! An ordinary `fn main()`: what the compiler calls in place of the standard library's start-up
//! code.

use crate::Termination;

#[lang = "start"]
fn start<T: Termination + 'static>(main: fn() -> T, _: isize, _: *const *const u8, _: u8) -> isize {
    main().report() as isize
}
