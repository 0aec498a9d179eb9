//! A device tree's source with all its includes, as one text.
//!
//! The kernel includes such files from a file of its own in the build folder, where their relative
//! paths would not work.

use super::input::{FOLDER, Unreadable, read};
use std::io;
use std::path::{Path, PathBuf};

/// The greatest depth of includes; a deeper one is a cycle.
const DEPTH: usize = 64;

/// Device trees that are being assembled.
pub struct Flat {
    /// The text.
    pub(crate) text: Vec<u8>,
    /// Copies of the files that `/incbin/` embeds, by their names.
    pub(crate) binaries: Vec<(String, Vec<u8>)>,
    /// Every file that was read.
    pub(crate) read: Vec<PathBuf>,
    option: String,
}

impl Flat {
    /// An empty one, for that option.
    pub fn new(option: &str) -> Self {
        Flat {
            text: Vec::new(),
            binaries: Vec::new(),
            read: Vec::new(),
            option: option.to_owned(),
        }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: &Path) -> Result<(), Unreadable> {
        self.add_at(path, 0)
    }

    fn add_at(&mut self, path: &Path, depth: usize) -> Result<(), Unreadable> {
        if depth == DEPTH {
            let error = io::Error::other("it includes itself");
            return Err(Unreadable(path.to_owned(), error));
        }
        let text = read(path)?;
        if !self.read.iter().any(|one| one == path) {
            self.read.push(path.to_owned());
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            let (piece, length) = piece(rest);
            match piece {
                Piece::Text => self.text.extend_from_slice(&rest[..length]),
                Piece::Include(name) => self.add_at(&folder.join(name), depth + 1)?,
                Piece::Binary(name) => self.binary(&folder.join(name))?,
            }
            rest = &rest[length..];
        }
        // The last line may have no line break.
        self.text.push(b'\n');
        Ok(())
    }

    /// Uses a copy in place of the file; the text that refers to it is in the folder `kernel` of
    /// the build tree.
    fn binary(&mut self, path: &Path) -> Result<(), Unreadable> {
        let name = format!("{}-{}.bin", self.option, self.binaries.len() + 1);
        self.text
            .extend_from_slice(format!("/incbin/(\"../../{FOLDER}/{name}\"").as_bytes());
        self.binaries.push((name, read(path)?));
        self.read.push(path.to_owned());
        Ok(())
    }
}

enum Piece<'a> {
    /// Anything else: a comment, a string, or a single character.
    Text,
    /// `/include/ "NAME"`.
    Include(&'a str),
    /// `/incbin/("NAME"`.
    Binary(&'a str),
}

/// The token that a text begins with, and its length in bytes.
fn piece(text: &[u8]) -> (Piece<'_>, usize) {
    let until = |end: &[u8]| {
        let found = text[1..].windows(end.len()).position(|window| window == end);
        found.map_or(text.len(), |at| at + 1 + end.len())
    };
    if text.starts_with(b"//") {
        return (Piece::Text, until(b"\n"));
    }
    if text.starts_with(b"/*") {
        let end = text[2..].windows(2).position(|window| window == b"*/");
        return (Piece::Text, end.map_or(text.len(), |at| at + 4));
    }
    if text[0] == b'"' {
        return (Piece::Text, quoted(text).map_or(text.len(), |(_, length)| length));
    }
    let named = |word: &str, open: &str| {
        let mut rest = text.strip_prefix(word.as_bytes())?.trim_ascii_start();
        if !open.is_empty() {
            rest = rest.strip_prefix(open.as_bytes())?.trim_ascii_start();
        }
        let (name, length) = quoted(rest)?;
        Some((name, text.len() - rest.len() + length))
    };
    if let Some((name, length)) = named("/include/", "") {
        return (Piece::Include(name), length);
    }
    if let Some((name, length)) = named("/incbin/", "(") {
        return (Piece::Binary(name), length);
    }
    (Piece::Text, 1)
}

/// The content of the string that a text begins with, and the length up to its second quotation
/// mark.
fn quoted(text: &[u8]) -> Option<(&str, usize)> {
    let inner = text.strip_prefix(b"\"")?;
    let mut is_escaped = false;
    let end = inner.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some((std::str::from_utf8(&inner[..end]).ok()?, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn flat(files: &[(&str, &str)]) -> Result<Flat, String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut flat = Flat::new("O");
        flat.add(&dir.path().join(files[0].0))
            .map(|()| flat)
            .map_err(|Unreadable(path, error)| format!("{}: {error}", path.file_name().unwrap().to_string_lossy()))
    }

    fn text(files: &[(&str, &str)]) -> String {
        String::from_utf8(flat(files).unwrap().text).unwrap()
    }

    #[test]
    fn includes_count_from_the_file_that_names_them() {
        let files = [
            ("a.dts", "A\n/include/ \"sub/b.dtsi\" Z"),
            ("sub/b.dtsi", "B /include/\"c.dtsi\""),
            ("sub/c.dtsi", "C"),
        ];
        assert_eq!(text(&files), "A\nB C\n\n Z\n");
        assert_eq!(flat(&files).unwrap().read.len(), 3);
    }

    #[test]
    fn comments_and_texts_include_nothing() {
        let told = "// /include/ \"x\"\n/* /include/ \"x\" */ p = \"a\\\"/include/ \\\"x\\\"\"; /delete-node/ n;";
        assert_eq!(text(&[("a.dts", told)]), format!("{told}\n"));
        for broken in ["/*", "\"a", "/include/ \"a", "/include/", "\"\\", "//", "/incbin/ x"] {
            assert_eq!(text(&[("a.dts", broken)]), format!("{broken}\n"), "it ends");
        }
    }

    #[test]
    fn what_is_taken_in_as_it_is_becomes_a_copy() {
        let flat = flat(&[("a.dts", "p = /incbin/ ( \"b.bin\", 0, 4);"), ("b.bin", "data")]).unwrap();
        assert_eq!(flat.text, b"p = /incbin/(\"../../inputs/O-1.bin\", 0, 4);\n");
        assert_eq!(flat.binaries, [("O-1.bin".to_owned(), b"data".to_vec())]);
    }

    #[test]
    fn what_can_t_be_read_is_named() {
        assert!(
            flat(&[("a.dts", "/include/ \"b.dts\"")])
                .err()
                .unwrap()
                .starts_with("b.dts: ")
        );
        let circle = flat(&[("a.dts", "/include/ \"a.dts\"")]).err().unwrap();
        assert_eq!(circle, "a.dts: it includes itself");
    }
}
