//! The note that tells which kernel build a program was linked for; `selfe run` boots that one.
//!
//! An ELF note named `selfe` of type 1 in the section `.note.selfe`; its content is the kernel build's key, 64 hexadecimal
//! digits. The compiler keeps it as used, and a linker that collects garbage keeps notes.

/// The layout of an ELF note whose name takes 6 bytes and whose content takes 64.
#[repr(C, align(4))]
struct Note {
    name_size: u32,
    content_size: u32,
    kind: u32,
    name: [u8; 8],
    content: [u8; 64],
}

#[used]
#[unsafe(link_section = ".note.selfe")]
static NOTE: Note = Note {
    name_size: 6,
    content_size: 64,
    kind: 1,
    name: *b"selfe\0\0\0",
    content: key(),
};

/// The key of the kernel build that this crate was made for.
const fn key() -> [u8; 64] {
    match super::kernel::KEY.as_bytes().first_chunk() {
        Some(key) => *key,
        None => panic!("the key of a kernel build has 64 hexadecimal digits"),
    }
}
