//! The program's own headers: the initial values of its thread-local variables, and its start.

use super::layout::Shape;
use core::ops::Range;
use core::slice;

/// An ELF file's header, up to the fields about program headers. Its words are as wide as the
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

/// A program header.
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

/// A program header.
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

/// The ELF header, at the start of the first loaded segment.
#[inline]
fn header() -> *const Header {
    unsafe extern "C" {
        // The linker defines this.
        #[link_name = "__ehdr_start"]
        static HEADER: Header;
    }
    &raw const HEADER
}

/// A place in the program's image, by its address. Headers refer to places without a Rust item, so
/// there is no pointer to derive it from: its provenance is that of the image, which exists as long
/// as the program.
#[inline]
fn place<T>(address: usize) -> *const T {
    core::ptr::with_exposed_provenance(address)
}

#[inline]
fn segments() -> &'static [Segment] {
    // SAFETY: the linker put the header there, and nothing writes to it.
    let header = unsafe { &*header() };
    let first = place(start() + header.program_headers);
    // SAFETY: the linker put the program headers there, aligned to words, and nothing writes to
    // them.
    unsafe { slice::from_raw_parts(first, header.program_header_count.into()) }
}

/// The initial values of the program's thread-local variables.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// The values; the rest is zero.
    pub initial: &'static [u8],
    /// Their size, alignment and place in the program.
    pub shape: Shape,
}

/// The program's thread-local variables; if there are none, their size is 0.
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
            // SAFETY: the program is loaded at the addresses in its headers, and nothing writes to
            // these values.
            initial: unsafe { slice::from_raw_parts(place(segment.address), segment.file_size) },
            shape: Shape {
                size: segment.memory_size,
                align: segment.align,
                address: segment.address,
            },
        },
    )
}

/// The address range from the program's first loaded byte to its last.
///
/// The kernel maps whole pages from the first on, and lists their capabilities in that order in the
/// boot info.
#[inline]
pub fn extent() -> Range<usize> {
    // They are sorted by address in an ELF file.
    let loaded = |segment: &&Segment| segment.kind == LOADED;
    let first = segments().iter().find(loaded).map_or(0, |first| first.address);
    let last = segments().iter().rfind(loaded);
    first..last.map_or(first, |last| last.address + last.memory_size)
}

/// The address of the program's first loaded byte, without searching for it.
#[inline]
pub fn start() -> usize {
    header().expose_provenance()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_s_own_headers_are_found() {
        // A test program has both: the host's C library and test runner have thread-local
        // variables.
        assert!(segments().iter().any(|segment| segment.kind == THREAD_LOCAL));
        // The host may load it at other addresses than in the headers, but the distances are the
        // same.
        let here = extent as *const () as usize;
        assert!(extent().contains(&(extent().start + here - start())));
    }
}
