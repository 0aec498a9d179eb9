//! The note by which a root task names the kernel build that it was linked for.
//!
//! `selfe-sys` puts it into the program: an ELF note named `selfe` of type 1, whose content is the
//! build's key. A second one, of type 2, has the SHA-256 of `kernel.elf`, for other tools; programs
//! that were linked with an earlier selfe-sys lack it.

use object::read::elf::{FileHeader, SectionHeader};
use object::{FileKind, elf, read::elf::ProgramHeader};

const SECTION: &[u8] = b".note.selfe";
const NAME: &[u8] = b"selfe";
const KEY: elf::NoteType = elf::NoteType(1);

/// The key of the kernel build that a program was linked for; none if the program does not say, or
/// is not an ELF file.
pub fn read(elf: &[u8]) -> Option<String> {
    match FileKind::parse(elf).ok()? {
        FileKind::Elf32 => find::<elf::FileHeader32<object::Endianness>>(elf),
        FileKind::Elf64 => find::<elf::FileHeader64<object::Endianness>>(elf),
        _ => None,
    }
}

fn find<Elf: FileHeader<Endian = object::Endianness>>(data: &[u8]) -> Option<String> {
    let header = Elf::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, data).ok();
    let in_sections = sections.iter().flat_map(|sections| {
        let named = sections.iter().filter(|section| {
            sections
                .section_name(endian, *section)
                .is_ok_and(|name| name == SECTION)
        });
        named.filter_map(|section| section.notes(endian, data).ok().flatten())
    });
    // A stripped program may have lost its sections, but keeps its segments.
    let segments = header.program_headers(endian, data).unwrap_or_default();
    let in_segments = segments
        .iter()
        .filter_map(|segment| segment.notes(endian, data).ok().flatten());
    for mut notes in in_sections.chain(in_segments) {
        while let Ok(Some(note)) = notes.next() {
            if note.name() == NAME && note.n_type(endian) == KEY {
                return digits(note.desc());
            }
        }
    }
    None
}

fn digits(content: &[u8]) -> Option<String> {
    let is_key = content.len() == 64 && content.iter().all(u8::is_ascii_hexdigit);
    is_key.then(|| String::from_utf8_lossy(content).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::write::{Object, StandardSegment};
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};

    fn program(name: &str, content: &[u8]) -> Vec<u8> {
        with_notes(&[(name, KEY, content)])
    }

    fn with_notes(notes: &[(&str, elf::NoteType, &[u8])]) -> Vec<u8> {
        let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let segment = object.segment_name(StandardSegment::Data).to_vec();
        let section = object.add_section(segment, SECTION.to_vec(), SectionKind::Note);
        let mut note = Vec::new();
        for (name, kind, content) in notes {
            note.extend((name.len() as u32 + 1).to_le_bytes());
            note.extend((content.len() as u32).to_le_bytes());
            note.extend(kind.0.to_le_bytes());
            note.extend(name.bytes());
            note.push(0);
            note.resize(note.len().next_multiple_of(4), 0);
            note.extend(*content);
        }
        object.set_section_data(section, note, 4);
        object.write().unwrap()
    }

    #[test]
    fn finds_the_key_and_nothing_else() {
        let key = "0123456789abcdef".repeat(4);
        assert_eq!(read(&program("selfe", key.as_bytes())), Some(key.clone()));
        assert_eq!(read(&program("other", key.as_bytes())), None);
        assert_eq!(read(&program("selfe", b"../../etc")), None);
        assert_eq!(read(b"no ELF file"), None);
    }

    #[test]
    fn the_note_of_the_kernel_s_sha_256_is_passed_over() {
        let (key, sha256) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
        let sha256 = ("selfe", elf::NoteType(2), sha256.as_bytes());
        let both = with_notes(&[sha256, ("selfe", KEY, key.as_bytes())]);
        assert_eq!(read(&both), Some(key));
        assert_eq!(read(&with_notes(&[sha256])), None);
    }
}
