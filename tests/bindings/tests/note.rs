//! A program that links selfe-sys contains the note that names its kernel build. This one does.

use object::read::elf::{ElfFile32, ElfFile64, FileHeader, SectionHeader};
use object::{Endianness, FileKind};

#[test]
fn a_linked_program_names_its_kernel() {
    // The crate has to be linked, but no function of it has to be called.
    let _: selfe_sys::seL4_Word = 0;
    let data = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let notes = match FileKind::parse(&*data).unwrap() {
        FileKind::Elf32 => notes(ElfFile32::<Endianness>::parse(&*data).unwrap().elf_header(), &data),
        FileKind::Elf64 => notes(ElfFile64::<Endianness>::parse(&*data).unwrap().elf_header(), &data),
        other => panic!("{other:?}"),
    };
    let manifest = selfe_binding_tests::manifest().unwrap();
    let (key, sha256) = (manifest.key, manifest.kernel_sha256.unwrap());
    assert_eq!(selfe_sys::kernel::KEY, key);
    assert_eq!(selfe_sys::kernel::KERNEL_SHA256, sha256);
    assert_eq!(notes, [(1, key.into_bytes()), (2, sha256.into_bytes())]);
}

/// The type and content of each note named `selfe`.
fn notes<Elf: FileHeader<Endian = Endianness>>(header: &Elf, data: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let endian = header.endian().unwrap();
    let mut found = Vec::new();
    for section in header.section_headers(endian, data).unwrap() {
        let Some(mut notes) = section.notes(endian, data).unwrap() else {
            continue;
        };
        while let Some(note) = notes.next().unwrap() {
            if note.name() == b"selfe" {
                found.push((note.n_type(endian).0, note.desc().to_vec()));
            }
        }
    }
    found
}
