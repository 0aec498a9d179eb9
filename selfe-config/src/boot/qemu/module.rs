//! A name for the root task's file that QEMU can parse.
//!
//! In QEMU's list of multiboot modules a space ends a file name and begins the module's own command
//! line, and there is no way to escape it. So a file with a space in its name gets another name
//! while QEMU runs.

use super::error::QemuError;
use crate::boot::scratch::Scratch;
use crate::image::Image;
use std::io;
use std::path::Path;

/// An image whose files QEMU can name, and the folder of their other names if they need one.
pub struct NamedImage {
    pub image: Image,
    _folder: Option<Scratch>,
}

/// Makes sure that QEMU can name an image's files.
pub(crate) fn name(image: &Image) -> Result<NamedImage, QemuError> {
    let has_space = |path: &Path| path.as_os_str().as_encoded_bytes().contains(&b' ');
    let Some(root_task) = image.root_task.as_deref().filter(|path| has_space(path)) else {
        return Ok(NamedImage {
            image: image.clone(),
            _folder: None,
        });
    };
    let temporary = std::env::temp_dir();
    let parent = if has_space(&temporary) {
        Path::new("/tmp")
    } else {
        &temporary
    };
    let failed = |source: io::Error| QemuError::Name {
        path: root_task.to_owned(),
        source,
    };
    let folder = Scratch::new_in(parent).map_err(failed)?;
    let other = folder.path().join("root-task.elf");
    std::path::absolute(root_task)
        .and_then(|path| link(&path, &other))
        .map_err(failed)?;
    Ok(NamedImage {
        image: Image {
            kernel: image.kernel.clone(),
            root_task: Some(other),
            firmware: image.firmware.clone(),
            guest: image.guest.clone(),
        },
        _folder: Some(folder),
    })
}

#[cfg(unix)]
fn link(path: &Path, other: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(path, other)
}

#[cfg(not(unix))]
fn link(path: &Path, other: &Path) -> io::Result<()> {
    std::fs::copy(path, other).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Guest;
    use std::path::PathBuf;

    #[test]
    fn another_name_lies_in_a_folder_that_the_next_run_removes_if_need_be() {
        let mut image = Image {
            kernel: PathBuf::from("kernel.elf"),
            root_task: Some(PathBuf::from("an image/root-task.elf")),
            firmware: None,
            guest: Guest::default(),
        };
        let named = name(&image).unwrap();
        let other = named.image.root_task.clone().unwrap();
        let folder = other.parent().unwrap();
        assert!(!other.to_string_lossy().contains(' ') && folder.join("lock").is_file());
        drop(named);
        assert!(!folder.exists());
        image.root_task = Some(PathBuf::from("root-task.elf"));
        assert_eq!(name(&image).unwrap().image, image);
    }
}
