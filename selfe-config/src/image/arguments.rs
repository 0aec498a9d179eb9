//! The arguments and variables of a root task, written into a copy of its file.
//!
//! Their place is in the section `.selfe.args`; selfe-runtime's module `arguments` reads it. After
//! its size follow the number of arguments, the number of all texts and their length in bytes, and
//! then the texts, each ended by a zero byte: first the arguments, then the variables as
//! `NAME=VALUE`.

use super::handover::{PlaceKind, bytes_of, places};

/// What a root task is given for one boot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments {
    /// The words of the command line, without the program's name.
    pub words: Vec<String>,
    /// Names and values, such as `SELFE_LOG` and `debug`.
    pub variables: Vec<(String, String)>,
}

/// Why arguments can't be passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The program has no place for them: it never reads any.
    NoPlace,
    /// They don't fit.
    TooLong { needed: usize, available: usize },
    /// This text contains a zero byte, which ends a text.
    Zero(String),
}

const PLACE: PlaceKind = PlaceKind {
    section: ".selfe.args",
    magic: b"\x7fselfe.argument",
    least: TEXTS + 1,
};
const COUNT: usize = 20;
const TEXTS: usize = 32;

impl Arguments {
    /// Whether there is nothing to pass.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.variables.is_empty()
    }

    /// Writes them into a program's place.
    pub(super) fn write(&self, program: &mut [u8]) -> Result<(), Refused> {
        let variables = self.variables.iter().map(|(name, value)| format!("{name}={value}"));
        let texts: Vec<String> = self.words.iter().cloned().chain(variables).collect();
        if let Some(text) = texts.iter().find(|text| text.contains('\0')) {
            return Err(Refused::Zero(text.clone()));
        }
        let content: Vec<u8> = texts
            .iter()
            .flat_map(|text| text.bytes().chain(std::iter::once(0)))
            .collect();
        let (found, is_little) = places(program, &PLACE);
        let Some(available) = found.iter().map(|place| place.len() - TEXTS).min() else {
            return Err(Refused::NoPlace);
        };
        let needed = content.len();
        let numbers = [self.words.len(), texts.len(), needed].map(u32::try_from);
        let [Ok(words), Ok(all), Ok(length)] = numbers else {
            return Err(Refused::TooLong { needed, available });
        };
        if needed > available {
            return Err(Refused::TooLong { needed, available });
        }
        let numbers = [words, all, length].map(|number| bytes_of(number, is_little)).concat();
        for place in found {
            program[place.start + COUNT..place.start + TEXTS].copy_from_slice(&numbers);
            program[place.start + TEXTS..][..needed].copy_from_slice(&content);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::write::{Object as Writer, StandardSegment};
    use object::{Architecture, BinaryFormat, Endianness, Object, ObjectSection, SectionKind};

    fn program(endianness: Endianness) -> Vec<u8> {
        let mut object = Writer::new(BinaryFormat::Elf, Architecture::Aarch64, endianness);
        let segment = object.segment_name(StandardSegment::Data).to_vec();
        let section = object.add_section(segment, PLACE.section.as_bytes().to_vec(), SectionKind::ReadOnlyData);
        let mut place = PLACE.magic.to_vec();
        place.resize(16, 0);
        place.extend(bytes_of(64, endianness == Endianness::Little));
        place.resize(64, 0);
        object.set_section_data(section, place, 16);
        object.write().unwrap()
    }

    fn arguments(words: &[&str]) -> Arguments {
        Arguments {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            variables: vec![("A".to_owned(), "b c".to_owned())],
        }
    }

    #[test]
    fn words_come_first_and_then_variables() {
        for endianness in [Endianness::Little, Endianness::Big] {
            let mut program = program(endianness);
            arguments(&["one", "", "zwölf"]).write(&mut program).unwrap();
            let file = object::File::parse(&*program).unwrap();
            let place = file.section_by_name(PLACE.section).unwrap().data().unwrap();
            let texts = "one\0\0zwölf\0A=b c\0".as_bytes();
            let numbers = [3, 4, texts.len() as u32].map(|number| bytes_of(number, endianness == Endianness::Little));
            assert_eq!(place[COUNT..TEXTS], *numbers.concat());
            assert_eq!(place[TEXTS..][..texts.len()], *texts);
        }
    }

    #[test]
    fn what_can_t_be_passed_is_refused() {
        let mut program = program(Endianness::Little);
        let before = program.clone();
        let long = "x".repeat(32);
        let refused = arguments(&[&long]).write(&mut program);
        assert_eq!(
            refused,
            Err(Refused::TooLong {
                needed: 39,
                available: 32
            })
        );
        assert_eq!(
            arguments(&["a\0b"]).write(&mut program),
            Err(Refused::Zero("a\0b".to_owned()))
        );
        assert_eq!(program, before);
        assert_eq!(
            arguments(&[]).write(&mut b"no ELF file".to_vec()),
            Err(Refused::NoPlace)
        );
    }
}
