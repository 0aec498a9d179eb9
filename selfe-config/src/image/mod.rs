//! Bootable images: what a boot loader, or QEMU in its place, loads.
//!
//! On x86 a multiboot loader loads the kernel as a 32-bit ELF file and the root task as its module.
//! Elsewhere one file contains seL4's elfloader with kernel, device tree and root task; on RISC-V
//! it runs above OpenSBI.

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

pub use error::ImageError;
pub use guest::Guest;
pub use root_task::{ElfFacts, Program};

use crate::cache::Cache;
use crate::kernel::Manifest;
use crate::platform::{ImageKind, PlatformData};
use crate::progress::Progress;
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
pub enum Purpose {
    /// Any number of boots: the same files give the same image.
    Keep,
    /// A single boot, with a nonce of its own.
    OneBoot,
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
    purpose: Purpose,
    progress: &dyn Progress,
) -> Result<Image, ImageError> {
    let mut program = Program::read(root_task)?;
    program.check(manifest)?;
    let mut guest = Guest::of(&program);
    guest.check(&program, manifest)?;
    if purpose == Purpose::OneBoot {
        let nonce = handover::nonce();
        guest.nonce = handover::write(&mut program.bytes, &nonce).then_some(nonce);
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
