//! The notes that tell which kernel build a program was linked for; `selfe run` boots that one.
//!
//! Two ELF notes named `selfe` in the section `.note.selfe`: of type 1 with the kernel build's key,
//! of type 2 with the SHA-256 of its kernel.elf, each 64 hexadecimal digits. The compiler keeps
//! them as used, and a linker that collects garbage keeps notes.

/// The layout of an ELF note whose name takes 6 bytes and whose content takes 64.
#[repr(C, align(4))]
struct Note {
    name_size: u32,
    content_size: u32,
    kind: u32,
    name: [u8; 8],
    content: [u8; 64],
}

impl Note {
    const fn new(kind: u32, content: &str) -> Self {
        Note {
            name_size: 6,
            content_size: 64,
            kind,
            name: *b"selfe\0\0\0",
            content: match content.as_bytes().first_chunk() {
                Some(digits) => *digits,
                None => panic!("a SHA-256 has 64 hexadecimal digits"),
            },
        }
    }
}

#[used]
#[unsafe(link_section = ".note.selfe")]
static NOTES: [Note; 2] = [
    Note::new(1, super::kernel::KEY),
    Note::new(2, super::kernel::KERNEL_SHA256),
];
