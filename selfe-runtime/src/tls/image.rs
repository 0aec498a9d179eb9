//! The program's own headers: where its thread-local variables' first values lie, and where it
//! begins.

use super::layout::Shape;
use core::ops::Range;
use core::slice;

/// An ELF file's header, as far as the program headers need it. Its words are as wide as the
/// target's.
#[repr(C)]
struct Header {
    identification: [u8; 16],
    kind: u16,
    machine: u16,
    version: u32,
    entry: usize,
    program_headers: usize,
    section_headers: usize,
    flags: u32,
    header_size: u16,
    program_header_size: u16,
    program_header_count: u16,
}

/// One program header.
#[cfg(target_pointer_width = "64")]
#[repr(C)]
struct Segment {
    kind: u32,
    flags: u32,
    offset: usize,
    address: usize,
    physical_address: usize,
    file_size: usize,
    memory_size: usize,
    align: usize,
}

/// One program header.
#[cfg(target_pointer_width = "32")]
#[repr(C)]
struct Segment {
    kind: u32,
    offset: usize,
    address: usize,
    physical_address: usize,
    file_size: usize,
    memory_size: usize,
    flags: u32,
    align: usize,
}

const LOADED: u32 = 1;
const THREAD_LOCAL: u32 = 7;

/// The ELF header, with which the first loaded segment begins.
#[inline]
fn header() -> *const Header {
    unsafe extern "C" {
        // Defined by the linker.
        #[link_name = "__ehdr_start"]
        static HEADER: Header;
    }
    &raw const HEADER
}

/// A place in the program's image, by its address. Headers name places that no Rust item stands
/// for, so there is no pointer to begin with: the provenance is that of the image, which is there
/// for as long as the program is.
#[inline]
fn place<T>(address: usize) -> *const T {
    core::ptr::with_exposed_provenance(address)
}

#[inline]
fn segments() -> &'static [Segment] {
    // SAFETY: the linker put the header there, and nobody writes to it.
    let header = unsafe { &*header() };
    let first = place(start() + header.program_headers);
    // SAFETY: the linker put the program headers there, aligned as words are, and nobody writes to
    // them.
    unsafe { slice::from_raw_parts(first, header.program_header_count.into()) }
}

/// The first values of the program's thread-local variables.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// The values; what comes after them is zero.
    pub initial: &'static [u8],
    /// Their size, alignment and place in the program.
    pub shape: Shape,
}

/// The program's thread-local variables; none have size 0.
#[inline]
pub fn thread_locals() -> Variables {
    let found = segments().iter().find(|segment| segment.kind == THREAD_LOCAL);
    found.map_or(
        Variables {
            initial: &[],
            shape: Shape {
                size: 0,
                align: 1,
                address: 0,
            },
        },
        |segment| Variables {
            // SAFETY: the program is loaded at the addresses that its headers name, and nobody
            // writes to these values.
            initial: unsafe { slice::from_raw_parts(place(segment.address), segment.file_size) },
            shape: Shape {
                size: segment.memory_size,
                align: segment.align,
                address: segment.address,
            },
        },
    )
}

/// The addresses from the program's first loaded byte to its last.
///
/// The kernel maps whole pages from the first on, and gives their capabilities in that order in the
/// boot info.
#[inline]
pub fn extent() -> Range<usize> {
    // An ELF file has them in the order of their addresses.
    let loaded = |segment: &&Segment| segment.kind == LOADED;
    let first = segments().iter().find(loaded).map_or(0, |first| first.address);
    let last = segments().iter().rfind(loaded);
    first..last.map_or(first, |last| last.address + last.memory_size)
}

/// The address of the program's first loaded byte, without looking for it.
#[inline]
pub fn start() -> usize {
    header().expose_provenance()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_s_own_headers_are_found() {
        // A test program has both, as the host's C library and test runner have thread-local
        // variables.
        assert!(segments().iter().any(|segment| segment.kind == THREAD_LOCAL));
        // The host may load it elsewhere than the headers say: the distances hold.
        let here = extent as *const () as usize;
        assert!(extent().contains(&(extent().start + here - start())));
    }
}
