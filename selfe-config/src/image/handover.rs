//! What the host passes to a root task when its image is packed.
//!
//! selfe-runtime reserves places for it, which are filled in a copy of the file. Each begins with a
//! magic text and its own size. That in the section `.selfe.boot` is for the boot's nonce, by which
//! selfe recognises the root task's own message about its end. That in `.selfe.args`, which only
//! programs that read it have, is for arguments and variables ([`arguments`](super::arguments)). A
//! program without such a place gets nothing.

use object::{Object, ObjectSection, ObjectSegment};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

/// A kind of place. After the magic text, padded to 16 bytes, follows the size of the whole place,
/// and then its content. Numbers are 32-bit, in the target's byte order.
pub(super) struct PlaceKind {
    pub section: &'static str,
    pub magic: &'static [u8],
    /// The least size that is one.
    pub least: usize,
}

/// The nonce's place. Its content is the length of the proof, and the proof: what the program
/// prints after its exit code, a semicolon and the nonce.
const BOOT: PlaceKind = PlaceKind {
    section: ".selfe.boot",
    magic: b"\x7fselfe.handover",
    least: PROOF + NONCE_LENGTH + 1,
};
const SIZE: usize = 16;
const LENGTH: usize = 20;
const PROOF: usize = 24;
/// The length of a nonce.
const NONCE_LENGTH: usize = 32;

/// A text that no other boot has.
pub(crate) fn nonce() -> String {
    // Each of these is seeded with the system's random numbers.
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}

/// Writes a nonce into a program's places; returns whether there is one.
pub(crate) fn write(program: &mut [u8], nonce: &str) -> bool {
    let proof = format!(";{nonce}");
    let Ok(length) = u32::try_from(proof.len()) else {
        return false;
    };
    let (found, is_little) = places(program, &BOOT);
    let length = bytes_of(length, is_little);
    for place in &found {
        program[place.start + LENGTH..][..length.len()].copy_from_slice(&length);
        program[place.start + PROOF..][..proof.len()].copy_from_slice(proof.as_bytes());
    }
    !found.is_empty()
}

/// A number in the target's byte order.
pub(super) fn bytes_of(number: u32, is_little: bool) -> [u8; 4] {
    if is_little {
        number.to_le_bytes()
    } else {
        number.to_be_bytes()
    }
}

/// A program's places of a kind: those in its section, or, if the section table was stripped, the
/// only one in its segments. Other programs may be embedded in its data and have places of their
/// own.
///
/// Also returns whether the target is little-endian.
pub(super) fn places(program: &[u8], kind: &PlaceKind) -> (Vec<Range<usize>>, bool) {
    let Ok(file) = object::File::parse(program) else {
        return (Vec::new(), true);
    };
    let is_little = file.is_little_endian();
    let range = |range: Option<(u64, u64)>| {
        let (offset, size) = range?;
        let start = usize::try_from(offset).ok()?;
        Some(start..start.checked_add(usize::try_from(size).ok()?)?)
    };
    if let Some(section) = file.section_by_name(kind.section) {
        let found = range(section.file_range()).map(|range| places_in(program, range, is_little, kind));
        return (found.unwrap_or_default(), is_little);
    }
    if file.sections().next().is_some() {
        return (Vec::new(), is_little);
    }
    let mut found: Vec<_> = file
        .segments()
        .filter_map(|segment| range(Some(segment.file_range())))
        .flat_map(|range| places_in(program, range, is_little, kind))
        .collect();
    if found.len() > 1 {
        found.clear();
    }
    (found, is_little)
}

fn places_in(program: &[u8], range: Range<usize>, is_little: bool, kind: &PlaceKind) -> Vec<Range<usize>> {
    let Some(content) = program.get(range.clone()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = content[at..]
        .windows(kind.magic.len())
        .position(|window| window == kind.magic)
    {
        let start = at + next;
        at = start + kind.magic.len();
        let Some(size) = content.get(start + SIZE..start + SIZE + 4) else {
            break;
        };
        let size = [size[0], size[1], size[2], size[3]];
        let size = if is_little {
            u32::from_le_bytes(size)
        } else {
            u32::from_be_bytes(size)
        } as usize;
        if size >= kind.least && content.len() - start >= size {
            found.push(range.start + start..range.start + start + size);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::write::{Object as Writer, StandardSegment};
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};

    fn place() -> Vec<u8> {
        let mut place = BOOT.magic.to_vec();
        place.resize(SIZE, 0);
        place.extend(64u32.to_le_bytes());
        place.resize(64, 0);
        place
    }

    fn program(sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut object = Writer::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let segment = object.segment_name(StandardSegment::Data).to_vec();
        for (name, content) in sections {
            let section = object.add_section(segment.clone(), name.as_bytes().to_vec(), SectionKind::ReadOnlyData);
            object.set_section_data(section, content.clone(), 16);
        }
        object.write().unwrap()
    }

    fn filled(program: &[u8], name: &str) -> Vec<u8> {
        let file = object::File::parse(program).unwrap();
        file.section_by_name(name).unwrap().data().unwrap().to_vec()
    }

    #[test]
    fn the_nonce_goes_into_the_program_s_own_place_alone() {
        let mut program = program(&[(".rodata", place()), (BOOT.section, place())]);
        let nonce = nonce();
        assert!(write(&mut program, &nonce));
        let place = filled(&program, BOOT.section);
        assert_eq!(place[LENGTH..PROOF], 33u32.to_le_bytes());
        assert_eq!(place[PROOF..][..33], *format!(";{nonce}").as_bytes());
        assert_eq!(
            filled(&program, ".rodata"),
            self::place(),
            "a program within the program"
        );
    }

    #[test]
    fn a_program_without_a_place_stays_as_it_is() {
        for content in [b"other".to_vec(), place()[..40].to_vec(), BOOT.magic.to_vec()] {
            let original = program(&[(BOOT.section, content)]);
            let mut copy = original.clone();
            assert!(!write(&mut copy, &nonce()));
            assert_eq!(copy, original);
        }
        let mut none = program(&[(".rodata", place())]);
        assert!(!write(&mut none, &nonce()) && !write(&mut b"no ELF file".to_vec(), &nonce()));
    }

    #[test]
    fn no_two_nonces_are_alike() {
        let some: std::collections::BTreeSet<_> = (0..100).map(|_| nonce()).collect();
        assert_eq!(some.len(), 100);
        assert!(some.iter().all(|nonce| nonce.len() == NONCE_LENGTH));
    }
}
