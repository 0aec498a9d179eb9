//! Both forms of libsel4's system calls, inline Rust and libsel4.a's, under traits: a check is
//! generic over the form, so that both go through the same steps and each is compiled into them as
//! it is into a program.
//!
//! Where a kernel's functions are libsel4.a's in any case, both forms are the same.

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

/// The functions at the top of selfe-sys: inline, unless its feature `libsel4-functions` is on.
pub struct Inline;

/// libsel4.a's.
pub struct C;

/// A form with all its functions.
pub trait Form: Calls + WithMrs + Buffer + Tcb {
    /// Its name in a failure.
    const NAME: &'static str;
}

impl Form for Inline {
    const NAME: &'static str = "inline";
}

impl Form for C {
    const NAME: &'static str = "C";
}

/// Whether a form's functions are libsel4.a's.
pub fn is_c<F: Form>() -> bool {
    F::place_of_yield() == C::place_of_yield()
}

/// Implements a trait for both forms. In the block the functions' names are those of the one form
/// or the other: a glob import of a block hides one around it, and where `selfe_sys::c` has no
/// function of a name, there is only the one at the top.
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

/// Where something is to be written, or a null pointer.
#[inline(always)]
fn place(place: Option<&mut usize>) -> *mut usize {
    place.map_or(core::ptr::null_mut(), |place| place)
}
