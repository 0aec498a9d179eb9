//! Both forms of libsel4's system calls, inline Rust and libsel4.a, as traits. A check is generic
//! over the form, so that both run through the same steps and are compiled as they are in a
//! program.
//!
//! On some kernels all functions are those of libsel4.a, and the forms are the same.

#[cfg(tracks_utilisation)]
mod benchmark;
mod buffer;
mod calls;
#[cfg(KernelDebugBuild)]
mod debug;
mod tcb;
mod with_mrs;

#[cfg(tracks_utilisation)]
pub use benchmark::Benchmark;
pub use buffer::Buffer;
pub use calls::Calls;
#[cfg(KernelDebugBuild)]
pub use debug::Debug;
pub use tcb::{Spaces, Tcb};
pub use with_mrs::{REGISTERS, WithMrs, Words};

/// The functions at the top of selfe-sys: inline unless the feature `libsel4-functions` is enabled.
pub struct Inline;

/// The functions of libsel4.a.
pub struct C;

/// A form with all its functions.
pub trait Form: Calls + WithMrs + Buffer + Tcb {
    /// Its name in failure messages.
    const NAME: &'static str;
}

impl Form for Inline {
    const NAME: &'static str = "inline";
}

impl Form for C {
    const NAME: &'static str = "C";
}

/// Whether the functions of a form are those of libsel4.a.
pub fn is_c<F: Form>() -> bool {
    F::place_of_yield() == C::place_of_yield()
}

/// Implements a trait for both forms. In the block, function names refer to one form or the other:
/// a glob import inside a block shadows one around it, and if `selfe_sys::c` lacks a function, only
/// the one at the top remains.
macro_rules! both {
    ($trait:ident { $($functions:tt)* }) => {
        impl $trait for $crate::forms::Inline { $($functions)* }
        const _: () = {
            #[allow(unused_imports)]
            use selfe_sys::c::*;
            impl $trait for $crate::forms::C { $($functions)* }
        };
    };
}
use both;

/// A call of libsel4 by a thread that has an IPC buffer.
macro_rules! sel4 {
    ($call:expr) => {
        // SAFETY: the thread has an IPC buffer, and the pointers come from references or are null.
        unsafe { $call }
    };
}
use sel4;

/// A pointer for a result, or null.
#[inline(always)]
fn place(place: Option<&mut usize>) -> *mut usize {
    place.map_or(core::ptr::null_mut(), |place| place)
}
