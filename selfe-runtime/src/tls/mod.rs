//! Thread-local storage, where libsel4 keeps the address of a thread's IPC buffer.
//!
//! Each thread has a block of memory with its own copy of the program's thread-local variables, and
//! a thread pointer into it. It needs both before its first call of libsel4 that passes a message,
//! capability or error through the IPC buffer. `selfe-start` sets them up for the first thread. For
//! another one:
//!
//! ```no_run
//! # use core::mem::MaybeUninit;
//! # use selfe_runtime::{Error, tls};
//! # use selfe_sys::{seL4_CPtr, seL4_TCB_SetTLSBase};
//! /// `block` has at least the size and the alignment of `tls::layout()`.
//! fn set_up(tcb: seL4_CPtr, block: &'static mut [MaybeUninit<u8>]) {
//!     let pointer = tls::prepare(block).expect("the block is large enough");
//!     // SAFETY: the thread does not run yet.
//!     Error::check(unsafe { seL4_TCB_SetTLSBase(tcb, pointer.address()) }).expect("it is a thread");
//!     // Before anything else the thread itself calls seL4_SetIPCBuffer.
//! }
//! ```

mod image;
mod layout;

pub use image::{extent, start};
pub(crate) use layout::Variant;

use core::alloc::Layout;
use core::fmt;
use core::mem::MaybeUninit;
use layout::{Parts, round_up};

/// The thread pointer of a prepared block.
#[derive(Debug, PartialEq, Eq)]
pub struct ThreadPointer(usize);

impl ThreadPointer {
    /// Its value, for `seL4_TCB_SetTLSBase`.
    pub fn address(&self) -> usize {
        self.0
    }

    /// Makes it the thread pointer of the running thread.
    /// The block's variables have their initial values, so `seL4_SetIPCBuffer` has to be called
    /// again.
    /// again.
    ///
    /// # Safety
    /// No reference to a thread-local variable of the running thread is in use, and no other thread
    /// uses this block. A function may compute the address of its thread-local variables only once,
    /// so the caller of this function must not use message words itself: it calls another function
    /// for that, which is not inlined.
    pub unsafe fn install(self) {
        // SAFETY: `prepare` made it; the rest is as the caller promises.
        unsafe { crate::arch::set_thread_pointer(self.0) }
    }
}

/// Why a block can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsError {
    /// The block is too small for this program's variables at its address.
    TooSmall {
        /// The bytes that it needs.
        needed: usize,
        /// The bytes that it has.
        available: usize,
    },
    /// The program's header about its thread-local variables is invalid.
    BadImage,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::TooSmall { needed, available } => {
                write!(
                    f,
                    "thread-local storage needs {needed} bytes; the block has {available}"
                )
            }
            TlsError::BadImage => {
                f.write_str("the program's thread-local variables have an impossible size or alignment")
            }
        }
    }
}

impl core::error::Error for TlsError {}

#[inline]
fn parts(variables: &image::Variables) -> Result<Parts, TlsError> {
    let parts = Parts::of(crate::arch::VARIANT, variables.shape).ok_or(TlsError::BadImage)?;
    if variables.initial.len() > variables.shape.size {
        return Err(TlsError::BadImage);
    }
    Ok(parts)
}

/// The size and alignment of a thread's block in this program.
///
/// # Errors
/// The program's own headers are invalid.
pub fn layout() -> Result<Layout, TlsError> {
    let parts = parts(&image::thread_locals())?;
    Layout::from_size_align(parts.size, parts.align).map_err(|_| TlsError::BadImage)
}

/// Makes a block a thread's: gives the variables their initial values.
///
/// The block is lent forever, because nobody knows when a thread last used its variables. If it is
/// not aligned as [`layout`] says, its first aligned part is used.
///
/// # Errors
/// It is too small.
#[inline]
pub fn prepare(block: &'static mut [MaybeUninit<u8>]) -> Result<ThreadPointer, TlsError> {
    let variables = image::thread_locals();
    let parts = parts(&variables)?;
    fill(block, variables.initial, variables.shape.size, parts)
}

#[inline]
fn fill(
    block: &'static mut [MaybeUninit<u8>],
    initial: &[u8],
    size: usize,
    parts: Parts,
) -> Result<ThreadPointer, TlsError> {
    let available = block.len();
    let address = block.as_ptr().addr();
    let start = round_up(address, parts.align) - address;
    let needed = start + parts.size;
    let block = block
        .get_mut(start..needed)
        .ok_or(TlsError::TooSmall { needed, available })?;
    block.fill(MaybeUninit::new(0));
    let block = block.as_mut_ptr().cast::<u8>();
    // The accesses of the compiler and of libsel4 are derived from the thread pointer, which is a
    // number.
    let pointer = block.expose_provenance() + parts.pointer;
    // SAFETY: `Parts::of` has placed both within the block, which is large enough and nobody
    // else's. Indices would have checks that add the panic handler to every program. The word at
    // the thread pointer is aligned, because the thread pointer is, and never changes from here on.
    unsafe {
        block
            .add(parts.variables)
            .copy_from_nonoverlapping(initial.as_ptr(), initial.len().min(size));
        if let Variant::Below { words_at_pointer: 1.. } = crate::arch::VARIANT {
            block.add(parts.pointer).cast::<usize>().write(pointer);
        }
    }
    Ok(ThreadPointer(pointer))
}

#[cfg(test)]
mod tests {
    use super::layout::Shape;
    use super::*;

    fn block(size: usize) -> &'static mut [MaybeUninit<u8>] {
        vec![MaybeUninit::new(0xaa_u8); size].leak()
    }

    /// Reads the filled memory at an address.
    fn read(address: usize, count: usize) -> Vec<u8> {
        // SAFETY: the tests read within their own filled block.
        unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance(address), count) }.to_vec()
    }

    #[test]
    fn variables_have_their_first_values_and_the_rest_is_zero() {
        let shape = Shape {
            size: 12,
            align: 8,
            address: 0x1004,
        };
        let parts = Parts::of(crate::arch::VARIANT, shape).unwrap();
        let pointer = fill(block(200), b"abcd", 12, parts).unwrap();
        let variables = pointer.address() - parts.pointer + parts.variables;
        assert_eq!(read(variables, 12), b"abcd\0\0\0\0\0\0\0\0");
        assert_eq!(variables % 8, 4, "as in the program");
        assert_eq!(
            read(pointer.address(), 8),
            pointer.address().to_ne_bytes(),
            "the pointer to itself"
        );
        assert_eq!(pointer.address() % 16, 0);
    }

    #[test]
    fn a_block_that_is_too_small_is_refused() {
        let shape = Shape {
            size: 4000,
            align: 64,
            address: 0,
        };
        let parts = Parts::of(crate::arch::VARIANT, shape).unwrap();
        let error = fill(block(4000), b"", 4000, parts).unwrap_err();
        assert!(matches!(error, TlsError::TooSmall { needed, available: 4000 } if needed >= 4000 + 64));
        assert!(error.to_string().contains("the block has 4000"));
    }
}
