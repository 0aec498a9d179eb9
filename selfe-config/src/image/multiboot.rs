//! The kernel in the form that multiboot loaders need.
//!
//! The multiboot protocol only supports 32-bit ELF files, and the 64-bit kernel starts in 32-bit
//! mode anyway: only the file's headers have to say so. This changes them as `objcopy -O
//! elf32-i386` does, and leaves every loaded byte where it was. Symbols and debug information are
//! dropped: debuggers read them from the original.

use object::elf::{self, FileHeader32, FileHeader64, ProgramHeader32, ProgramHeader64};
use object::endian::{LittleEndian, U16, U32};
use object::pod::bytes_of;
use object::read::elf::{FileHeader, ProgramHeader};

const LE: LittleEndian = LittleEndian;

/// A kernel's file as a 32-bit one, or why that is impossible.
pub(crate) fn rewrite(kernel: &[u8]) -> Result<Vec<u8>, String> {
    match object::FileKind::parse(kernel) {
        Ok(object::FileKind::Elf32) => Ok(kernel.to_owned()),
        Ok(object::FileKind::Elf64) => to_32(kernel),
        _ => Err("it is not an ELF file".to_owned()),
    }
}

fn to_32(kernel: &[u8]) -> Result<Vec<u8>, String> {
    let text = |error: object::read::Error| error.to_string();
    let header = FileHeader64::<LittleEndian>::parse(kernel).map_err(text)?;
    let segments = header.program_headers(LE, kernel).map_err(text)?;
    let count = u16::try_from(segments.len()).map_err(|_| "it has too many segments".to_owned())?;
    let own_size =
        size_of::<FileHeader32<LittleEndian>>() + segments.len() * size_of::<ProgramHeader32<LittleEndian>>();
    let old_headers = header.e_phoff(LE) as usize + size_of_val(segments);
    if header.e_phoff(LE) as usize != size_of::<FileHeader64<LittleEndian>>() || own_size > old_headers {
        return Err("its program headers don't follow its file header".to_owned());
    }
    let mut file = bytes_of(&file_header(header, count)?).to_vec();
    let mut end = old_headers as u64;
    for segment in segments {
        file.extend_from_slice(bytes_of(&program_header(segment)?));
        end = end.max(segment.p_offset(LE).saturating_add(segment.p_filesz(LE)));
    }
    file.resize(old_headers, 0);
    let content = usize::try_from(end).ok().and_then(|end| kernel.get(old_headers..end));
    file.extend_from_slice(content.ok_or("it is shorter than its segments")?);
    Ok(file)
}

fn file_header(old: &FileHeader64<LittleEndian>, count: u16) -> Result<FileHeader32<LittleEndian>, String> {
    let mut ident = old.e_ident;
    ident.class = elf::ELFCLASS32;
    Ok(FileHeader32 {
        e_ident: ident,
        e_type: old.e_type,
        e_machine: U16::new(LE, elf::EM_386),
        e_version: old.e_version,
        e_entry: narrow("its entry point", old.e_entry.get(LE))?,
        e_phoff: U32::new(LE, size_of::<FileHeader32<LittleEndian>>() as u32),
        e_shoff: U32::new(LE, 0),
        e_flags: old.e_flags,
        e_ehsize: U16::new(LE, size_of::<FileHeader32<LittleEndian>>() as u16),
        e_phentsize: U16::new(LE, size_of::<ProgramHeader32<LittleEndian>>() as u16),
        e_phnum: U16::new(LE, count),
        e_shentsize: U16::new(LE, 0),
        e_shnum: U16::new(LE, 0),
        e_shstrndx: U16::new(LE, elf::SHN_UNDEF),
    })
}

fn program_header(old: &ProgramHeader64<LittleEndian>) -> Result<ProgramHeader32<LittleEndian>, String> {
    Ok(ProgramHeader32 {
        p_type: old.p_type,
        p_offset: narrow("a segment's offset", old.p_offset.get(LE))?,
        // Loaders use the physical address; the kernel's window is at the top of the address space,
        // so the low half of the address is kept.
        p_vaddr: U32::new(LE, old.p_vaddr.get(LE) as u32),
        p_paddr: narrow("a segment's physical address", old.p_paddr.get(LE))?,
        p_filesz: narrow("a segment's size", old.p_filesz.get(LE))?,
        p_memsz: narrow("a segment's size", old.p_memsz.get(LE))?,
        p_flags: old.p_flags,
        p_align: narrow("a segment's alignment", old.p_align.get(LE))?,
    })
}

fn narrow(what: &str, value: u64) -> Result<U32<LittleEndian>, String> {
    u32::try_from(value)
        .map(|value| U32::new(LE, value))
        .map_err(|_| format!("{what}, {value:#x}, does not fit in 32 bits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::endian::U64;

    /// A kernel of two segments: one with the headers in it, one high in the address space.
    fn kernel(physical: u64) -> Vec<u8> {
        let segment = |offset: u64, vaddr: u64, paddr: u64, size: u64| ProgramHeader64::<LittleEndian> {
            p_type: U32::new(LE, elf::PT_LOAD),
            p_flags: U32::new(LE, elf::PF_R | elf::PF_X),
            p_offset: U64::new(LE, offset),
            p_vaddr: U64::new(LE, vaddr),
            p_paddr: U64::new(LE, paddr),
            p_filesz: U64::new(LE, size),
            p_memsz: U64::new(LE, size + 16),
            p_align: U64::new(LE, 4096),
        };
        let header = FileHeader64::<LittleEndian> {
            e_ident: elf::Ident {
                magic: elf::ELFMAG,
                class: elf::ELFCLASS64,
                data: elf::ELFDATA2LSB,
                version: elf::EV_CURRENT,
                os_abi: elf::OsAbi(0),
                abi_version: 0,
                padding: [0; 7],
            },
            e_type: U16::new(LE, elf::ET_EXEC),
            e_machine: U16::new(LE, elf::EM_X86_64),
            e_version: U32::new(LE, 1),
            e_entry: U64::new(LE, 0x10_0100),
            e_phoff: U64::new(LE, 64),
            e_shoff: U64::new(LE, 0),
            e_flags: U32::new(LE, elf::FileFlags(0)),
            e_ehsize: U16::new(LE, 64),
            e_phentsize: U16::new(LE, 56),
            e_phnum: U16::new(LE, 2),
            e_shentsize: U16::new(LE, 64),
            e_shnum: U16::new(LE, 0),
            e_shstrndx: U16::new(LE, elf::SHN_UNDEF),
        };
        let mut file = bytes_of(&header).to_vec();
        file.extend_from_slice(bytes_of(&segment(0, 0x10_0000, 0x10_0000, 200)));
        file.extend_from_slice(bytes_of(&segment(200, 0xffff_ffff_8010_00c8, physical, 5)));
        file.resize(200, 0x90);
        file.extend_from_slice(b"hello; symbols");
        file
    }

    #[test]
    fn what_is_loaded_stays_where_it_was() {
        let original = kernel(0x10_00c8);
        let file = rewrite(&original).unwrap();
        let header = FileHeader32::<LittleEndian>::parse(&*file).unwrap();
        assert_eq!(header.e_machine(LE), elf::EM_386);
        assert_eq!(header.e_entry(LE), 0x10_0100);
        let segments = header.program_headers(LE, &*file).unwrap();
        assert_eq!(segments.len(), 2);
        assert_eq!(segments[1].p_vaddr(LE), 0x8010_00c8);
        assert_eq!(segments[1].p_paddr(LE), 0x10_00c8);
        assert_eq!(segments[1].p_memsz(LE), 21);
        assert_eq!(segments[1].data(LE, &*file).unwrap(), b"hello");
        assert_eq!(file.len(), 205);
        assert_eq!(file[176..], original[176..205]);
        assert_eq!(rewrite(&file).unwrap(), file);
    }

    #[test]
    fn refuses_what_32_bits_can_t_say() {
        let error = rewrite(&kernel(0x1_0000_0000)).unwrap_err();
        assert_eq!(
            error,
            "a segment's physical address, 0x100000000, does not fit in 32 bits"
        );
        assert_eq!(rewrite(b"not at all").unwrap_err(), "it is not an ELF file");
        assert!(rewrite(&kernel(0)[..150]).is_err());
        assert_eq!(
            rewrite(&kernel(0)[..202]).unwrap_err(),
            "it is shorter than its segments"
        );
    }
}
