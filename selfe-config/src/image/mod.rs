//! Bootable images: what a boot loader, or QEMU in its place, loads.
//!
//! On x86 a multiboot loader loads the kernel as a 32-bit ELF file and the root task as its module.
//! Elsewhere one file contains seL4's elfloader with kernel, device tree and root task; on RISC-V
//! it runs above OpenSBI.

mod arguments;
mod error;
mod guest;
mod handover;
mod loader;
mod multiboot;
pub mod note;
mod opensbi;
mod root_task;
mod settings;
mod uimage;

pub use arguments::Arguments;
pub use error::ImageError;
pub use guest::Guest;
pub use root_task::{ElfFacts, Program};

use crate::cache::Cache;
use crate::kernel::Manifest;
use crate::platform::{ImageKind, PlatformData};
use crate::progress::Progress;
use arguments::Refused;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that are booted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What the boot loader starts.
    pub kernel: PathBuf,
    /// What it loads in addition; none if the kernel's image contains the root task.
    pub root_task: Option<PathBuf>,
    /// The firmware that starts the boot loader; none if QEMU or the board has its own.
    pub firmware: Option<PathBuf>,
    /// What is known about the root task in it.
    pub guest: Guest,
}

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Any number of boots: the same files give the same image.
    Keep,
    /// A single boot, with a nonce of its own, and arguments for the root task.
    OneBoot(&'a Arguments),
}

/// Packs a kernel and a root task into `out_dir`, which is created if it does not exist.
///
/// # Errors
/// The root task is not a program for this kernel, the kernel can't be booted this way, or a file
/// system operation fails.
pub fn make(
    cache: &Cache,
    manifest: &Manifest,
    platform: &PlatformData,
    root_task: &Path,
    out_dir: &Path,
    purpose: Purpose<'_>,
    progress: &dyn Progress,
) -> Result<Image, ImageError> {
    let mut program = Program::read(root_task)?;
    program.check(manifest)?;
    let mut guest = Guest::of(&program);
    guest.check(&program, manifest)?;
    if let Purpose::OneBoot(arguments) = purpose {
        let nonce = handover::nonce();
        guest.nonce = handover::write(&mut program.bytes, &nonce).then_some(nonce);
        hand_over(arguments, &mut program, progress)?;
    }
    let kernel_elf = manifest.kernel_elf.as_deref().ok_or_else(|| ImageError::NoKernel {
        build_dir: manifest.build_dir.clone(),
    })?;
    fs::create_dir_all(out_dir).map_err(io("create", out_dir))?;
    let image = match platform.image {
        ImageKind::Multiboot => multiboot_pair(kernel_elf, &program, out_dir),
        ImageKind::Elfloader => loader::make(cache, manifest, &program, out_dir, progress),
    };
    image.map(|image| Image { guest, ..image })
}

/// Writes the arguments into the program. One that never reads any has no place for them, which is
/// worth a warning only if the user named some.
fn hand_over(arguments: &Arguments, program: &mut Program, progress: &dyn Progress) -> Result<(), ImageError> {
    if arguments.is_empty() {
        return Ok(());
    }
    let path = || program.path.clone();
    match arguments.write(&mut program.bytes) {
        Ok(()) => Ok(()),
        Err(Refused::NoPlace) => {
            if !arguments.words.is_empty() {
                progress.warn(&format!(
                    "{} reads no arguments, so they are dropped: {}\nhelp: `selfe_start::args()` reads them; flags of selfe's come before the root task, such as `--qemu ARG`",
                    program.path.display(),
                    arguments.words.join(" ")
                ));
            }
            Ok(())
        }
        Err(Refused::TooLong { needed, available }) => Err(ImageError::Arguments {
            path: path(),
            what: format!("they take {needed} bytes, and it has space for {available}"),
        }),
        Err(Refused::Zero(text)) => Err(ImageError::Arguments {
            path: path(),
            what: format!("there is a zero byte in {text:?}"),
        }),
    }
}

fn multiboot_pair(kernel_elf: &Path, program: &Program, out_dir: &Path) -> Result<Image, ImageError> {
    let bytes = fs::read(kernel_elf).map_err(io("read", kernel_elf))?;
    let kernel = multiboot::rewrite(&bytes).map_err(|cause| ImageError::Kernel {
        path: kernel_elf.to_owned(),
        cause,
    })?;
    let image = Image {
        kernel: out_dir.join("kernel.elf"),
        root_task: Some(out_dir.join("root-task.elf")),
        firmware: None,
        guest: Guest::default(),
    };
    write(&image.kernel, &kernel)?;
    if let Some(path) = &image.root_task {
        write(path, &program.bytes)?;
    }
    Ok(image)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ImageError> {
    crate::cache::write_last(path, bytes).map_err(io("write", path))
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ImageError {
    let path = path.to_owned();
    move |source| ImageError::Io { action, path, source }
}
