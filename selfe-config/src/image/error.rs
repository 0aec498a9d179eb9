//! Why an image can't be made.

use crate::cache::CacheError;
use crate::error_kind::ErrorKind;
use crate::kernel::KernelError;
use crate::tools::MissingTool;
use std::path::PathBuf;

/// Why an image can't be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A file system operation failed.
    #[error("can't {action} {}: {source}{}", path.display(), if_full(source))]
    Io {
        /// The operation.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The cache can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The root task does not exist.
    #[error("there is no root task at {}\nbuild it, or correct `root_task_image` in sel4.toml (a path from the folder of sel4.toml)", .0.display())]
    NoRootTask(PathBuf),
    /// The file can't be a root task.
    #[error("{} can't be a root task: {what}\n{advice}", path.display())]
    RootTask {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The root task was linked for another kernel build.
    #[error(
        "{} was linked for another kernel build than the one to be booted\n  linked for {linked}\n  to be booted {booted}\nbuild it with the same sel4.toml, platform and profile: `selfe build` does, with `make_root_task` in sel4.toml; or boot it on its own kernel with `selfe run`",
        path.display()
    )]
    OtherKernel {
        /// The root task.
        path: PathBuf,
        /// The key in its note.
        linked: String,
        /// The key of the kernel that was built.
        booted: String,
    },
    /// The root task can't be given its arguments.
    #[error("can't pass the arguments to {}: {what}\nhelp: pass fewer or shorter ones; a filter chooses fewer tests", path.display())]
    Arguments {
        /// The root task.
        path: PathBuf,
        /// Why not.
        what: String,
    },
    /// The kernel has too few slots for the root task's pages.
    #[error(
        "{} would not boot: it takes {pages} pages from its first to its last, each of which needs a slot, and KernelRootCNodeSizeBits = {bits} gives it {} slots\nhelp: set KernelRootCNodeSizeBits = {enough} or more in [sel4.config] of sel4.toml, or make the root task smaller",
        path.display(),
        1u64 << bits
    )]
    Slots {
        /// The root task.
        path: PathBuf,
        /// How many pages it takes.
        pages: u64,
        /// The value of KernelRootCNodeSizeBits.
        bits: u32,
        /// A sufficient value.
        enough: u32,
    },
    /// The kernel build has no kernel.elf.
    #[error("the build {} has no kernel.elf\nbuild the target `kernel.elf` there, or remove `build_dir` from sel4.toml", build_dir.display())]
    NoKernel {
        /// The CMake build tree.
        build_dir: PathBuf,
    },
    /// The kernel's file can't be booted.
    #[error("the kernel {} can't be booted: {cause}", path.display())]
    Kernel {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A tool is missing.
    #[error("can't make a bootable image: {0}")]
    MissingTool(MissingTool),
    /// The elfloader, or the firmware below it, can't be built.
    #[error("can't make a bootable image: {0}")]
    Build(KernelError),
    /// The kernel build does not record where the elfloader's sources are.
    #[error("the kernel build {} does not say where the elfloader's sources are\nit is a `build_dir` of yours, which selfe does not boot: build the image there, or remove `build_dir` from sel4.toml", build_dir.display())]
    NoLoader {
        /// The CMake build tree.
        build_dir: PathBuf,
    },
}

impl ImageError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            ImageError::Build(error) => error.kind(),
            ImageError::MissingTool(_) => ErrorKind::MissingTool,
            ImageError::NoRootTask(_)
            | ImageError::RootTask { .. }
            | ImageError::OtherKernel { .. }
            | ImageError::Slots { .. }
            | ImageError::Arguments { .. }
            | ImageError::NoLoader { .. } => ErrorKind::Usage,
            ImageError::Cache(error) => error.kind(),
            ImageError::Io { .. } | ImageError::NoKernel { .. } | ImageError::Kernel { .. } => ErrorKind::Build,
        }
    }
}

/// What to do if a disk is full; begins with a line break.
fn if_full(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "\nthe disk that holds this folder is full: free some space on it, or choose a folder on another"
        }
        _ => "",
    }
}

impl From<MissingTool> for ImageError {
    fn from(missing: MissingTool) -> Self {
        ImageError::MissingTool(missing)
    }
}

impl From<KernelError> for ImageError {
    fn from(error: KernelError) -> Self {
        match error {
            // The kernel is not being built here.
            KernelError::MissingTool(missing) => missing.into(),
            other => ImageError::Build(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools;

    #[test]
    fn a_missing_tool_is_told_with_how_to_install_it_and_no_word_of_the_kernel() {
        for program in ["cpio", "make", "mkimage", "ninja"] {
            assert!(
                tools::table::lookup(program).is_some(),
                "nothing says which package holds {program}"
            );
            let error = ImageError::from(KernelError::MissingTool(MissingTool {
                program: program.to_owned(),
                install: tools::install_line(program),
            }));
            let told = error.to_string();
            assert!(told.starts_with(&format!(
                "can't make a bootable image: the program `{program}` was not found; install it with: "
            )));
            assert!(!told.contains("kernel"), "{told}");
        }
    }
}
