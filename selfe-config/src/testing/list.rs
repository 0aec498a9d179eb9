//! The tests in a program's section `selfe_tests`, read from its file.
//!
//! selfe-test's `TestCase` defines the form: eight words a test. They are the address and the
//! length of its name, of the reason why it is ignored, and of the expected panic's text, the time
//! limit in milliseconds, and the address of the function.

use crate::image::Program;
use object::{Object, ObjectSection, ObjectSegment};
use std::collections::BTreeSet;
use std::time::Duration;

const SECTION: &str = "selfe_tests";
/// The words of a test.
const WORDS: usize = 8;
/// The time limit of a test that sets none.
const USUAL_LIMIT: Duration = Duration::from_secs(60);

/// A test of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTest {
    /// Its place in the program's list.
    pub index: usize,
    /// Its path in the program, without the crate's name.
    pub name: String,
    /// The reason why it is ignored, which may be empty; none if it is not.
    pub ignored: Option<String>,
    /// A part of the panic's message that is expected, which may be empty; none if it should not
    /// panic.
    pub should_panic: Option<String>,
    /// Its time limit.
    pub timeout: Duration,
}

/// Why the tests of a program can't be listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The section is not of the form that this selfe knows.
    #[error(
        "the program's list of tests can't be read: {0}\nhelp: the crate selfe-test and the command `selfe` have to be of the same version; `cargo update -p selfe-test` and `cargo install selfe-config --features bin` update them"
    )]
    Form(&'static str),
    /// Two tests have the same name.
    #[error(
        "two tests are named `{0}`\nhelp: give one of them another name: names are how tests are chosen and reported"
    )]
    SameName(String),
}

/// The tests of a program in alphabetical order; `None` if it is not a program of tests.
///
/// # Errors
/// Its list is not of the expected form, or two tests have the same name.
pub fn tests_of(program: &Program) -> Result<Option<Vec<TargetTest>>, ListError> {
    let Ok(file) = object::File::parse(&*program.bytes) else {
        return Ok(None);
    };
    let Some(section) = file.section_by_name(SECTION) else {
        return Ok(None);
    };
    let data = section
        .data()
        .map_err(|_| ListError::Form("its section has no content"))?;
    let image = Image { file: &file };
    let words = image.words(data);
    if !words.len().is_multiple_of(WORDS) {
        return Err(ListError::Form("its section is not a whole number of tests"));
    }
    let mut tests = Vec::new();
    for (index, words) in words.chunks(WORDS).enumerate() {
        tests.push(
            image
                .test(index, words)
                .ok_or(ListError::Form("a text lies outside of the program"))?,
        );
    }
    tests.sort_by(|one, other| one.name.cmp(&other.name));
    let mut names = BTreeSet::new();
    match tests.iter().find(|test| !names.insert(&test.name)) {
        Some(second) => Err(ListError::SameName(second.name.clone())),
        None => Ok(Some(tests)),
    }
}

/// The program as it lies in memory.
struct Image<'a> {
    file: &'a object::File<'a>,
}

impl Image<'_> {
    /// The words of a piece of memory; an incomplete word at its end counts, too.
    fn words(&self, data: &[u8]) -> Vec<u64> {
        let size = if self.file.is_64() { 8 } else { 4 };
        let word = |bytes: &[u8]| {
            let mut word = [0; 8];
            if self.file.is_little_endian() {
                word[..bytes.len()].copy_from_slice(bytes);
                u64::from_le_bytes(word)
            } else {
                word[8 - bytes.len()..].copy_from_slice(bytes);
                u64::from_be_bytes(word)
            }
        };
        data.chunks(size).map(word).collect()
    }

    fn test(&self, index: usize, words: &[u64]) -> Option<TargetTest> {
        let [
            name,
            name_length,
            ignore,
            ignore_length,
            panic,
            panic_length,
            timeout,
            _,
        ] = *words
        else {
            return None;
        };
        let option = |address, length| match address {
            0 => Some(None),
            _ => self.text(address, length).map(Some),
        };
        let path = self.text(name, name_length)?;
        Some(TargetTest {
            index,
            name: path.split_once("::").map_or(path.as_str(), |(_, name)| name).to_owned(),
            ignored: option(ignore, ignore_length)?,
            should_panic: option(panic, panic_length)?,
            timeout: match timeout {
                0 => USUAL_LIMIT,
                milliseconds => Duration::from_millis(milliseconds),
            },
        })
    }

    fn text(&self, address: u64, length: u64) -> Option<String> {
        if length == 0 {
            return Some(String::new());
        }
        let bytes = self
            .file
            .segments()
            .find_map(|segment| segment.data_range(address, length).ok().flatten())?;
        String::from_utf8(bytes.to_owned()).ok()
    }
}
