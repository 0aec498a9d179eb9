//! U-Boot's own image format, made by its `mkimage`.

use super::{ImageError, io};
use crate::kernel::Tools;
use crate::tools;
use object::Object;
use std::path::{Path, PathBuf};

/// What mkimage calls the architectures.
const ARCHITECTURES: &[(&str, &str)] = &[
    ("aarch32", "arm"),
    ("arm_hyp", "arm"),
    ("aarch64", "arm64"),
    ("riscv32", "riscv"),
    ("riscv64", "riscv"),
];

/// Wraps the loader's memory; its file says where that begins, which is where it is entered too.
pub fn make(around: &Tools<'_>, sel4_arch: &str, elf: &Path, binary: &Path) -> Result<PathBuf, ImageError> {
    let mkimage = tools::find("mkimage")?;
    let bytes = std::fs::read(elf).map_err(io("read", elf))?;
    let entry = object::File::parse(&*bytes).map_err(|error| ImageError::Kernel {
        path: elf.to_owned(),
        cause: error.to_string(),
    })?;
    let start = format!("{:#x}", entry.entry());
    let arch = ARCHITECTURES.iter().find(|(ours, _)| *ours == sel4_arch);
    let (_, arch) = arch.ok_or_else(|| ImageError::Kernel {
        path: elf.to_owned(),
        cause: format!("selfe does not know mkimage's name for the architecture {sel4_arch}"),
    })?;
    let image = binary.with_extension("uimage");
    let mut command = around.command(&mkimage);
    command.args(["-A", arch]);
    command.args([
        "-O", "linux", "-T", "kernel", "-C", "none", "-n", "seL4", "-a", &start, "-e", &start,
    ]);
    command.arg("-d").arg(binary).arg(&image);
    around.run("wrapping the image for U-Boot", command)?;
    Ok(image)
}
