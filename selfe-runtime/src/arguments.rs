//! The arguments and variables that the host passes to the program.
//!
//! `selfe run ELF -- ARG…`, and so `cargo run -- ARG…`, writes them into a copy of the program's
//! file, at a place reserved in the section `.selfe.args`. If something else boots the program, or
//! the host passes none, there are none. A program that never reads them does not contain the
//! place.

/// The size in bytes of the place, and of its part for texts.
const SIZE: usize = 4096;
const SPACE: usize = SIZE - 32;

/// The place. selfe defines its form: a magic text, the total size, the number of arguments, the
/// number of all texts, their length in bytes, and the texts, each ended by a zero byte. The
/// variables follow the arguments.
#[repr(C, align(16))]
struct Place {
    magic: [u8; 16],
    size: u32,
    arguments: u32,
    texts: u32,
    length: u32,
    content: [u8; SPACE],
}

#[cfg_attr(not(test), unsafe(link_section = ".selfe.args"))]
static PLACE: Place = Place {
    magic: *b"\x7fselfe.argument\0",
    size: SIZE as u32,
    arguments: 0,
    texts: 0,
    length: 0,
    content: [0; SPACE],
};

/// The arguments, without the program's name: the words after `--` of `selfe run ELF -- ARG…`.
///
/// ```no_run
/// # use selfe_runtime::{args, debug_println};
/// for argument in args() {
///     debug_println!("{argument}");
/// }
/// ```
pub fn args() -> Args {
    let (texts, arguments, _) = place();
    Args {
        texts: Texts(texts),
        left: arguments,
    }
}

/// The value of a variable that the host passes, such as `SELFE_LOG`; none if it passes no such
/// variable.
pub fn variable(name: &str) -> Option<&'static str> {
    let (texts, arguments, all) = place();
    find(texts, arguments, all, name)
}

fn find<'a>(texts: &'a [u8], arguments: usize, all: usize, name: &str) -> Option<&'a str> {
    let variables = Texts(texts).take(all).skip(arguments);
    let mut pairs = variables.filter_map(|text| text.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The texts, the number of arguments, and the number of all texts.
fn place() -> (&'static [u8], usize, usize) {
    // The compiler knows the bytes that it wrote there, but the host changes them: hide from it
    // where they come from.
    let place = core::hint::black_box(&raw const PLACE);
    // SAFETY: nothing writes to the place while the program runs. The length is 0, or that of the
    // texts that the host wrote, which fit into the place.
    unsafe {
        let length = (&raw const (*place).length).read_volatile() as usize;
        let arguments = (&raw const (*place).arguments).read_volatile() as usize;
        let all = (&raw const (*place).texts).read_volatile() as usize;
        let content = (&raw const (*place).content).cast();
        (core::slice::from_raw_parts(content, length.min(SPACE)), arguments, all)
    }
}

/// An iterator over the arguments.
#[derive(Debug, Clone)]
pub struct Args {
    texts: Texts<'static>,
    left: usize,
}

impl Iterator for Args {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        self.left = self.left.checked_sub(1)?;
        self.texts.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Args {}

/// Texts, each ended by a zero byte.
#[derive(Debug, Clone)]
struct Texts<'a>(&'a [u8]);

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let end = self.0.iter().position(|&byte| byte == 0)?;
        let (text, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        // The host passes nothing but UTF-8.
        core::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_before_variables() {
        let texts = "one\0\0A=x\0A=b c\0B=\0".as_bytes();
        let found: Vec<&str> = Texts(texts).collect();
        assert_eq!(found, ["one", "", "A=x", "A=b c", "B="]);
        // The third one is an argument.
        assert_eq!(find(texts, 3, 5, "A"), Some("b c"));
        assert_eq!(find(texts, 3, 5, "B"), Some(""));
        assert_eq!(find(texts, 3, 5, "C"), None);
    }

    #[test]
    fn without_a_host_there_are_none() {
        assert_eq!(args().len(), 0);
        assert_eq!((args().next(), variable("A")), (None, None));
    }
}
