//! Functions, files and lines of a program's addresses, from the debug information in its file.

mod unwind;

pub use unwind::Stack;

use crate::image::Program;
use addr2line::Context;
use gimli::{EndianArcSlice, RunTimeEndian};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

type Reader = EndianArcSlice<RunTimeEndian>;

/// The symbols and debug information of a program.
pub struct Symbols {
    /// Its lines; none if it has no debug information.
    lines: Option<Context<Reader>>,
    /// Its functions, by address.
    functions: Vec<(Range<u64>, String)>,
    /// Its code.
    code: Vec<Range<u64>>,
    /// Its unwind tables.
    tables: Option<unwind::Tables>,
    /// The current folder: paths below it are shown relative to it.
    here: String,
}

/// A function that an address belongs to, and its place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The function's path.
    pub function: Option<String>,
    /// The source file, as short as it is clear.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
}

impl Symbols {
    /// Reads them. A program without debug information, or with some that can't be read, has fewer.
    pub fn of(program: &Program) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let mut symbols = Symbols {
            lines: None,
            functions: Vec::new(),
            code: Vec::new(),
            tables: None,
            here: here.display().to_string(),
        };
        let Ok(file) = object::File::parse(&*program.bytes) else {
            return symbols;
        };
        let endian = match file.is_little_endian() {
            true => RunTimeEndian::Little,
            false => RunTimeEndian::Big,
        };
        let load = |id: gimli::SectionId| -> Result<Reader, gimli::Error> {
            let section = file.section_by_name(id.name());
            let data = section.and_then(|section| section.uncompressed_data().ok());
            Ok(EndianArcSlice::new(
                Arc::from(data.as_deref().unwrap_or_default()),
                endian,
            ))
        };
        symbols.lines = gimli::Dwarf::load(load).and_then(Context::from_dwarf).ok();
        symbols.tables = Some(tables(&file, endian));
        let range = |address: u64, size: u64| address..address.saturating_add(size);
        symbols.code = file
            .sections()
            .filter(|section| section.kind() == SectionKind::Text)
            .map(|section| range(section.address(), section.size()))
            .collect();
        symbols.functions = file
            .symbols()
            .filter(|symbol| symbol.kind() == object::SymbolKind::Text && symbol.size() > 0)
            .filter_map(|symbol| Some((range(symbol.address(), symbol.size()), demangled(symbol.name().ok()?))))
            .collect();
        symbols
    }

    /// The address of the function with that path.
    pub fn address(&self, function: &str) -> Option<u64> {
        let found = self.functions.iter().find(|(_, name)| name == function);
        found.map(|(range, _)| range.start)
    }

    /// Whether an address is in the program's code.
    pub fn is_code(&self, address: u64) -> bool {
        self.code.iter().any(|range| range.contains(&address))
    }

    /// The instructions of a stack's calls, from the innermost: see [`Symbols::frames`].
    pub fn calls(&self, stack: &Stack) -> Vec<u64> {
        let tables = self.tables.as_ref();
        tables.map_or_else(Vec::new, |tables| tables.unwind(stack, |address| self.is_code(address)))
    }

    /// The functions that an instruction belongs to: the innermost inlined one first. Empty outside
    /// of the program's code.
    pub fn frames(&self, instruction: u64) -> Vec<Frame> {
        if !self.is_code(instruction) {
            return Vec::new();
        }
        let mut frames = self
            .lines
            .as_ref()
            .map_or_else(Vec::new, |lines| self.in_lines(lines, instruction));
        let named = self.functions.iter().find(|(range, _)| range.contains(&instruction));
        if let Some((_, name)) = named {
            match frames.last_mut() {
                None => frames.push(Frame {
                    function: Some(name.clone()),
                    ..Frame::default()
                }),
                Some(outermost) => {
                    outermost.function.get_or_insert_with(|| name.clone());
                }
            }
        }
        frames
    }

    fn in_lines(&self, lines: &Context<Reader>, instruction: u64) -> Vec<Frame> {
        let mut frames = Vec::new();
        // Debug information that can't be read gives no more frames.
        let Ok(mut found) = lines.find_frames(instruction).skip_all_loads() else {
            return frames;
        };
        while let Ok(Some(frame)) = found.next() {
            let name = frame
                .function
                .and_then(|function| function.raw_name().ok().map(|name| demangled(&name)));
            let location = frame.location.as_ref();
            frames.push(Frame {
                function: name,
                file: location
                    .and_then(|location| location.file)
                    .map(|file| self.shortened(file)),
                line: location.and_then(|location| location.line),
            });
        }
        frames
    }

    /// A path without what is the same on every line: the current folder, and where the library or
    /// a dependency was unpacked.
    fn shortened(&self, path: &str) -> String {
        const BEFORE: &[&str] = &["/library/", "/registry/src/"];
        if let Ok(below) = Path::new(path).strip_prefix(&self.here) {
            return below.display().to_string();
        }
        for before in BEFORE {
            if let Some((_, after)) = path.rsplit_once(before) {
                // A registry has a folder of its own.
                let skip = before.starts_with("/registry");
                let after = after.split_once('/').filter(|_| skip).map_or(after, |(_, after)| after);
                return after.to_owned();
            }
        }
        path.to_owned()
    }
}

fn tables(file: &object::File<'_>, endian: RunTimeEndian) -> unwind::Tables {
    let section = |name: &str| {
        let section = file.section_by_name(name);
        let address = section.as_ref().map(|section| section.address()).unwrap_or_default();
        let data = section.and_then(|section| section.uncompressed_data().ok());
        let reader = EndianArcSlice::new(Arc::from(data.as_deref().unwrap_or_default()), endian);
        (reader, address)
    };
    let (eh_frame, address) = section(".eh_frame");
    let (debug_frame, _) = section(".debug_frame");
    let word_size = if file.is_64() { 8 } else { 4 };
    let mut tables = unwind::Tables {
        eh_frame: eh_frame.into(),
        debug_frame: debug_frame.into(),
        bases: gimli::BaseAddresses::default().set_eh_frame(address),
    };
    tables.eh_frame.set_address_size(word_size);
    tables.debug_frame.set_address_size(word_size);
    tables
}

/// A function's path without the compiler's hash.
fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = self.function.as_deref().unwrap_or("an unknown function");
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}, in {function}"),
            (Some(file), None) => write!(f, "{file}, in {function}"),
            (None, _) => f.write_str(function),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn here() -> u64 {
        // The address of this function's first instruction, as in the file.
        let program = Program::read(&std::env::current_exe().unwrap()).unwrap();
        let file = object::File::parse(&*program.bytes).unwrap();
        let is_it = |symbol: &object::Symbol<'_, '_>| {
            symbol
                .name()
                .is_ok_and(|name| demangled(name).ends_with("symbols::tests::here"))
        };
        file.symbols().find(is_it).unwrap().address()
    }

    #[test]
    fn this_test_s_own_function_is_found() {
        let symbols = Symbols::of(&Program::read(&std::env::current_exe().unwrap()).unwrap());
        let frames = symbols.frames(here());
        let frame = frames.last().unwrap();
        assert!(
            frame.function.as_deref().unwrap().ends_with("symbols::tests::here"),
            "{frame:?}"
        );
        assert_eq!(
            frame.file.as_deref().map(|file| file.ends_with("src/symbols/mod.rs")),
            Some(true),
            "{frame:?}"
        );
        assert!(frame.line > Some(100), "{frame:?}");
        assert_eq!(symbols.frames(1), []);
    }

    #[test]
    fn paths_are_shortened() {
        let symbols = Symbols {
            lines: None,
            functions: Vec::new(),
            code: Vec::new(),
            tables: None,
            here: "/home/me/project".to_owned(),
        };
        for (path, short) in [
            ("/home/me/project/src/main.rs", "src/main.rs"),
            ("/rustc/0a1b/library/core/src/slice/index.rs", "core/src/slice/index.rs"),
            (
                "/usr/lib/rustlib/src/rust/library/core/src/ptr/mod.rs",
                "core/src/ptr/mod.rs",
            ),
            (
                "/home/me/.cargo/registry/src/index-1/log-0.4.1/src/lib.rs",
                "log-0.4.1/src/lib.rs",
            ),
            ("/elsewhere/src/main.rs", "/elsewhere/src/main.rs"),
        ] {
            assert_eq!(symbols.shortened(path), short);
        }
    }
}
