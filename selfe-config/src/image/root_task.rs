//! Whether a file can be the root task of a kernel.

use super::{ImageError, io, note};
use crate::arch::SeL4Arch;
use crate::kernel::Manifest;
use object::elf;
use object::read::elf::{Dyn, FileHeader, ProgramHeader, Sym};
use std::fs;
use std::path::{Path, PathBuf};

/// A program's file.
#[derive(Debug)]
pub struct Program {
    /// Its path.
    pub path: PathBuf,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// What kind of program it is.
    pub kind: ElfFacts,
    /// The key of the kernel build that it was linked for, if it has the note.
    pub kernel_key: Option<String>,
}

/// What an ELF file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFacts {
    /// Whether it is of ELF's 64-bit class.
    pub(crate) is_64: bool,
    /// ELF's number of the machine.
    pub(crate) machine: elf::Machine,
    /// ELF's number of the file's type.
    pub(crate) file_type: elf::FileType,
    /// Whether it needs an interpreter, the dynamic loader of an operating system.
    pub is_dynamic: bool,
    /// Whether it is a program for a system with a C library, such as a test: it needs shared
    /// libraries, or contains the library's start-up code. A root task's crate has such programs
    /// too, and they also link libsel4.a.
    pub is_hosted: bool,
    /// Whether any segment of it is loaded.
    pub(crate) is_loadable: bool,
    /// The size in bytes of its headers and segments in the file; symbols and debug information
    /// follow.
    pub(crate) segments_end: usize,
}

impl Program {
    /// Reads a program.
    ///
    /// # Errors
    /// It can't be read, or is not an ELF file.
    pub fn read(path: &Path) -> Result<Self, ImageError> {
        if !path.exists() {
            return Err(ImageError::NoRootTask(path.to_owned()));
        }
        let wrong = |what: String| ImageError::RootTask {
            path: path.to_owned(),
            what,
            advice: "a root task is a statically linked ELF program: name the file that cargo or the linker made",
        };
        if path.is_dir() {
            return Err(wrong("it is a folder".to_owned()));
        }
        // Opening a pipe would block.
        if !path.is_file() {
            return Err(wrong("it is not a file".to_owned()));
        }
        let bytes = fs::read(path).map_err(io("read", path))?;
        let kind = match object::FileKind::parse(&*bytes) {
            Ok(object::FileKind::Elf32) => inspect::<elf::FileHeader32<object::Endianness>>(&bytes),
            Ok(object::FileKind::Elf64) => inspect::<elf::FileHeader64<object::Endianness>>(&bytes),
            _ => return Err(wrong("it is not an ELF file".to_owned())),
        };
        let kind = kind.map_err(|error| wrong(format!("it is a damaged ELF file: {error}")))?;
        Ok(Program {
            kernel_key: note::read(&bytes),
            path: path.to_owned(),
            bytes,
            kind,
        })
    }

    /// The file without its sections: symbols, debug information and everything else that is not
    /// loaded. The loaded parts stay where they are.
    pub(crate) fn stripped(&self) -> Vec<u8> {
        let mut bytes = self.bytes[..self.kind.segments_end.min(self.bytes.len())].to_vec();
        // The fields about the section table: its offset, the number of sections, and the index of
        // the one with their names.
        let (offset, counts) = match self.kind.is_64 {
            true => (0x28..0x30, 0x3c..0x40),
            false => (0x20..0x24, 0x30..0x34),
        };
        for field in [offset, counts] {
            bytes.get_mut(field).into_iter().for_each(|field| field.fill(0));
        }
        bytes
    }

    /// Checks that it can run on a kernel of that build.
    ///
    /// # Errors
    /// It is for another architecture or kernel, or was linked in a way that the kernel can't load.
    pub(crate) fn check(&self, manifest: &Manifest) -> Result<(), ImageError> {
        let wrong = |what: String, advice| {
            Err(ImageError::RootTask {
                path: self.path.clone(),
                what,
                advice,
            })
        };
        let sel4_arch = manifest.sel4_arch;
        let (machine, is_64) = (elf::Machine(sel4_arch.elf_machine()), sel4_arch.word_bits() == 64);
        if (self.kind.machine, self.kind.is_64) != (machine, is_64) {
            let own = machine_name(self.kind.machine, self.kind.is_64);
            let what = format!(
                "it is a program for {own}, and the kernel is for {}",
                manifest.sel4_arch
            );
            return wrong(
                what,
                "build it for a target of that architecture, or choose another with --sel4_arch; `selfe platforms` lists the targets",
            );
        }
        if self.kind.is_dynamic && self.kernel_key.is_some() && !self.kind.is_hosted {
            return wrong(
                "it is dynamically linked: it was not linked as a root task".to_owned(),
                "call selfe_config::build_helpers::root_task() in its build.rs; where another tool links it, say \
                 -nostartfiles -nostdlib -static -no-pie",
            );
        }
        if self.kind.is_dynamic {
            return wrong(
                "it is dynamically linked: a program of this computer's own system".to_owned(),
                "link it with -nostartfiles -nostdlib -static -no-pie: selfe_config::build_helpers::root_task() in its build.rs does",
            );
        }
        if self.kind.file_type != elf::ET_EXEC {
            return wrong(
                "it is not a program with fixed addresses".to_owned(),
                "link it with -no-pie: selfe_config::build_helpers::root_task() in its build.rs does",
            );
        }
        if !self.kind.is_loadable {
            return wrong(
                "nothing in it is to be loaded".to_owned(),
                "a linker script or --gc-sections may have dropped everything",
            );
        }
        match &self.kernel_key {
            Some(key) if *key != manifest.key => Err(ImageError::OtherKernel {
                path: self.path.clone(),
                linked: key.clone(),
                booted: manifest.key.clone(),
            }),
            _ => Ok(()),
        }
    }
}

fn inspect<Elf: FileHeader<Endian = object::Endianness>>(bytes: &[u8]) -> Result<ElfFacts, String> {
    let text = |error: object::read::Error| error.to_string();
    let header = Elf::parse(bytes).map_err(text)?;
    let endian = header.endian().map_err(text)?;
    let segments = header.program_headers(endian, bytes).map_err(text)?;
    let has = |kind| segments.iter().any(|segment| segment.p_type(endian) == kind);
    let mut segments_end = header.e_phoff(endian).into() + size_of_val(segments) as u64;
    for segment in segments {
        let end = segment
            .p_offset(endian)
            .into()
            .saturating_add(segment.p_filesz(endian).into());
        segments_end = segments_end.max(end);
        let in_file = segment.data(endian, bytes);
        if segment.p_type(endian) == elf::PT_LOAD && in_file.is_err() {
            return Err("a segment lies beyond its end; was it cut off?".to_owned());
        }
    }
    Ok(ElfFacts {
        is_64: header.is_class_64(),
        machine: header.e_machine(endian),
        file_type: header.e_type(endian),
        is_dynamic: has(elf::PT_INTERP),
        is_hosted: needs_library(header, endian, segments, bytes) || starts_library(header, endian, bytes),
        is_loadable: has(elf::PT_LOAD),
        segments_end: usize::try_from(segments_end).unwrap_or(bytes.len()),
    })
}

/// Whether it needs shared libraries.
fn needs_library<Elf: FileHeader<Endian = object::Endianness>>(
    _: &Elf,
    endian: object::Endianness,
    segments: &[Elf::ProgramHeader],
    bytes: &[u8],
) -> bool {
    let tables = segments
        .iter()
        .filter_map(|segment| segment.dynamic(endian, bytes).ok().flatten());
    tables.flatten().any(|entry| entry.d_tag(endian) == elf::DT_NEEDED)
}

/// Whether it contains a C library's start-up code: glibc and musl use the same name.
fn starts_library<Elf: FileHeader<Endian = object::Endianness>>(
    header: &Elf,
    endian: object::Endianness,
    bytes: &[u8],
) -> bool {
    let sections = header.sections(endian, bytes);
    let symbols = sections.and_then(|sections| sections.symbols(endian, bytes, elf::SHT_SYMTAB));
    symbols.is_ok_and(|symbols| {
        let is_it = |symbol: &Elf::Sym| symbols.symbol_name(endian, symbol) == Ok(b"__libc_start_main");
        symbols
            .iter()
            .any(|symbol| !symbol.is_undefined(endian) && is_it(symbol))
    })
}

/// The name of an ELF file's architecture.
fn machine_name(machine: elf::Machine, is_64: bool) -> String {
    let is_it = |arch: &&SeL4Arch| arch.elf_machine() == machine.0 && (arch.word_bits() == 64) == is_64;
    match SeL4Arch::ALL.iter().find(is_it) {
        Some(arch) => arch.to_string(),
        None => format!("ELF machine {} ({} bits)", machine.0, if is_64 { 64 } else { 32 }),
    }
}
