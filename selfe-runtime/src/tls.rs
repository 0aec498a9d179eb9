//! Thread-local storage.
//!
//! libsel4 keeps the address of a thread's IPC buffer in a thread-local variable, so a thread has to have its storage
//! before it calls libsel4. The linked program holds an image of the initial values; each thread gets a copy of it in a
//! block of memory, and a thread pointer that leads there.
//!
//! The root thread's storage is set up by `selfe-start`. For another thread, [`prepare`] a block, give the thread pointer
//! that it returns to `seL4_TCB_SetTLSBase`, and let the thread call `seL4_SetIPCBuffer` first.

use crate::arch;
use core::ptr;

pub use crate::arch::set_thread_pointer;

/// The initial values of a program's thread-local variables.
#[derive(Debug, Clone, Copy)]
pub struct Image {
    /// The variables that begin as something else than zero.
    data: *const u8,
    /// How many bytes those are.
    data_size: usize,
    /// How many bytes all variables take.
    size: usize,
    /// What the block's alignment has to be, a power of two.
    align: usize,
}

/// Where in a block of memory a thread's data and thread pointer stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The address of the first variable.
    pub data: usize,
    /// The thread pointer.
    pub pointer: usize,
    /// Whether the word at the thread pointer is to hold the thread pointer.
    pub self_pointer: bool,
    /// The first address behind everything.
    pub end: usize,
}

/// A block is too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSmall {
    /// The bytes that would have been enough at any address.
    pub needed: usize,
}

/// A program header of an ELF file in memory, as far as it is read here.
#[repr(C)]
#[cfg(target_pointer_width = "64")]
struct ProgramHeader {
    kind: u32,
    _flags: u32,
    _offset: u64,
    address: usize,
    _physical: u64,
    file_size: usize,
    memory_size: usize,
    align: usize,
}

/// The header of an ELF file in memory, as far as it is read here.
#[repr(C)]
#[cfg(target_pointer_width = "64")]
struct FileHeader {
    _identity: [u8; 16],
    _kind: [u16; 2],
    _version: u32,
    _entry: usize,
    headers_offset: usize,
    _sections_offset: usize,
    _flags: u32,
    _size: u16,
    header_size: u16,
    header_count: u16,
}

const PT_LOAD: u32 = 1;
const PT_TLS: u32 = 7;

unsafe extern "C" {
    /// The linker's name for the program's own ELF header in memory.
    static __ehdr_start: FileHeader;
}

/// The program's own program headers.
fn headers() -> impl Iterator<Item = &'static ProgramHeader> {
    // SAFETY: the linker places the file's header and program headers in the first loaded page, which stays mapped and
    // is never written.
    unsafe {
        let file = &raw const __ehdr_start;
        let first = file.cast::<u8>().add((*file).headers_offset);
        let (size, count) = (usize::from((*file).header_size), usize::from((*file).header_count));
        (0..count).map(move |index| &*first.add(index * size).cast::<ProgramHeader>())
    }
}

/// The lowest address that the program is loaded at.
pub fn program_start() -> usize {
    headers()
        .filter(|header| header.kind == PT_LOAD)
        .map(|header| header.address)
        .min()
        .unwrap_or(0)
}

/// The image of this program; empty where it has no thread-local variables.
pub fn image() -> Image {
    match headers().find(|header| header.kind == PT_TLS) {
        Some(header) => Image {
            data: ptr::with_exposed_provenance(header.address),
            data_size: header.file_size,
            size: header.memory_size,
            align: header.align.max(align_of::<usize>()),
        },
        None => Image {
            data: ptr::null(),
            data_size: 0,
            size: 0,
            align: align_of::<usize>(),
        },
    }
}

impl Image {
    /// How many bytes a block has to have for this image, whatever its address.
    pub const fn block_size(&self) -> usize {
        // The worst start is one byte behind an aligned address.
        self.size.next_multiple_of(self.align) + arch::TCB_SIZE + self.align
    }
}

/// Fills a block with a thread's storage and returns its thread pointer.
///
/// # Errors
/// The block is smaller than the image needs at that address.
///
/// # Safety
/// The `size` bytes at `block` are writable, used for nothing else, and stay so for as long as the thread lives.
pub unsafe fn prepare(image: &Image, block: *mut u8, size: usize) -> Result<usize, TooSmall> {
    let start = block.addr();
    let place = arch::place(start, image.size, image.align);
    if place.end > start + size {
        return Err(TooSmall {
            needed: image.block_size(),
        });
    }
    // SAFETY: everything written lies between the block's start and `place.end`, which is inside it.
    unsafe {
        let data = block.with_addr(place.data);
        if image.data_size > 0 {
            ptr::copy_nonoverlapping(image.data, data, image.data_size);
        }
        ptr::write_bytes(data.add(image.data_size), 0, image.size - image.data_size);
        if place.self_pointer {
            block.with_addr(place.pointer).cast::<usize>().write(place.pointer);
        }
    }
    Ok(place.pointer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_block_of_the_size_asked_for_is_always_enough(
            offset in 0usize..64, data in proptest::collection::vec(any::<u8>(), 0..100), zeroes in 0usize..100, power in 3u32..7,
        ) {
            let image = Image { data: data.as_ptr(), data_size: data.len(), size: data.len() + zeroes, align: 1 << power };
            let mut block = vec![0xaau8; image.block_size() + 64];
            let start = unsafe { block.as_mut_ptr().add(offset) };
            let pointer = unsafe { prepare(&image, start, image.block_size()) }.unwrap();
            prop_assert_eq!(pointer % image.align, 0);
            let place = arch::place(start.addr(), image.size, image.align);
            prop_assert!(place.data >= start.addr() && place.end <= start.addr() + image.block_size());
            // The linker counts variables down from the thread pointer.
            prop_assert_eq!(place.pointer - place.data, image.size.next_multiple_of(image.align));
            let at = place.data - block.as_ptr().addr();
            prop_assert_eq!(&block[at..at + data.len()], &data[..]);
            prop_assert!(block[at + data.len()..at + image.size].iter().all(|&byte| byte == 0));
            let word = pointer - block.as_ptr().addr();
            prop_assert_eq!(&block[word..word + 8], &pointer.to_ne_bytes());
        }
    }

    #[test]
    fn a_smaller_block_is_refused() {
        let image = Image {
            data: ptr::null(),
            data_size: 0,
            size: 40,
            align: 16,
        };
        let mut block = [0u8; 48];
        let needed = image.block_size();
        assert_eq!(
            unsafe { prepare(&image, block.as_mut_ptr(), block.len()) },
            Err(TooSmall { needed })
        );
    }
}
