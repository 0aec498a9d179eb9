//! U-Boot's own image format, made by its `mkimage`.

use super::{ImageError, io};
use crate::arch::SeL4Arch;
use crate::kernel::Runner;
use crate::tools;
use object::Object;
use std::path::{Path, PathBuf};

/// Wraps the loader's memory. Its file contains the start address, which is also the entry point.
pub fn make(around: &Runner<'_>, sel4_arch: SeL4Arch, elf: &Path, binary: &Path) -> Result<PathBuf, ImageError> {
    let mkimage = tools::find("mkimage")?;
    let bytes = std::fs::read(elf).map_err(io("read", elf))?;
    let entry = object::File::parse(&*bytes).map_err(|error| ImageError::Kernel {
        path: elf.to_owned(),
        cause: error.to_string(),
    })?;
    let start = format!("{:#x}", entry.entry());
    let image = binary.with_extension("uimage");
    let mut command = around.command(&mkimage);
    command.args(["-A", sel4_arch.mkimage_arch()]);
    command.args([
        "-O", "linux", "-T", "kernel", "-C", "none", "-n", "seL4", "-a", &start, "-e", &start,
    ]);
    command.arg("-d").arg(binary).arg(&image);
    around.run("wrapping the image for U-Boot", command)?;
    Ok(image)
}
