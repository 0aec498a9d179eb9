//! OpenSBI, the firmware below a RISC-V kernel, for machines without firmware of their own.

use super::ImageError;
use crate::cache::{Cache, Entry, hash};
use crate::kernel::{self, BuildPaths, KernelError, Manifest};
use crate::model::RepoSource;
use crate::progress::Progress;
use crate::source::{self, Tree};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};

/// Changes whenever the meaning of a cache entry changes.
const FORMAT: &str = "2";

/// What QEMU loads: the firmware that learns the next stage's address at boot.
const FIRMWARE: &str = "platform/generic/firmware/fw_dynamic.bin";

/// The firmware for a kernel's word size: from the cache, or else built now.
pub fn make(
    cache: &Cache,
    manifest: &Manifest,
    source: &RepoSource,
    progress: &dyn Progress,
) -> Result<PathBuf, ImageError> {
    let made = kernel::until_sources_rest(
        || make_once(cache, manifest, source, progress),
        |error| matches!(error, KernelError::SourceChanged(_)),
    );
    Ok(made?)
}

fn make_once(
    cache: &Cache,
    manifest: &Manifest,
    repository: &RepoSource,
    progress: &dyn Progress,
) -> Result<PathBuf, KernelError> {
    let source = source::resolve(cache, Tree::OpenSbi, repository, progress)?;
    let prefix = manifest.cross_compiler_prefix.as_deref().unwrap_or_default();
    // The identity of the kernel's tools is that of the firmware's.
    let parts = [
        FORMAT,
        source.identity.word(),
        manifest.sel4_arch.as_str(),
        prefix,
        &manifest.tools,
    ];
    let entry = cache.entry("opensbi", &hash(parts.map(str::as_bytes)));
    let firmware = entry.dir.join(FIRMWARE);
    let made = entry.get_or_make(
        progress,
        |_| firmware.is_file(),
        |dir| {
            let text = build(cache, manifest, &entry, &source.dir, dir, progress)?;
            let is_folder = matches!(repository, RepoSource::LocalPath(_));
            let is_edited = is_folder && source::resolve(cache, Tree::OpenSbi, repository, progress)? != source;
            if is_edited || source.is_damaged(cache) {
                return Err(KernelError::SourceChanged(source.dir.clone()));
            }
            Ok(text)
        },
    );
    made?;
    Ok(firmware)
}

fn build(
    cache: &Cache,
    manifest: &Manifest,
    entry: &Entry,
    source: &Path,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<String, KernelError> {
    let _ = fs::remove_file(&entry.log);
    let bits = manifest.sel4_arch.word_bits();
    let mut around = kernel::tools_around(cache, manifest, &entry.log, progress)?;
    let mut place = BuildPaths::new(dir, &[("firmware", dir), ("opensbi", source)])?;
    place.serve(dir, &mut around)?;
    let mut make = around.command(&tools::find("make")?);
    place.run_in(&mut make, source);
    // The makefile resolves links itself, and asks git about any repository around it.
    for variable in ["CURDIR", "src_dir"] {
        make.arg(format!("{variable}={}", place.seen(source).display()));
    }
    for variable in ["O", "build_dir"] {
        make.arg(format!("{variable}={}", place.seen(dir).display()));
    }
    make.args(["OPENSBI_VERSION_GIT=", &format!("REPRODUCIBLE_FLAGS={}", place.flags())]);
    make.arg(match &manifest.cross_compiler_prefix {
        Some(prefix) => format!("CROSS_COMPILE={prefix}"),
        // The kernel was compiled with clang, which supports every architecture.
        None => "LLVM=1".to_owned(),
    });
    // Position-independent firmware needs a linker that can make such programs for this word size;
    // a cross compiler for the other word size may not support it.
    make.args(["PLATFORM=generic", "FW_PIC=n", &format!("PLATFORM_RISCV_XLEN={bits}")]);
    make.arg(format!(
        "-j{}",
        std::thread::available_parallelism().map_or(1, usize::from)
    ));
    around.run("building OpenSBI", make)?;
    let firmware = dir.join(FIRMWARE);
    if !firmware.is_file() {
        return Err(KernelError::unusable(
            "firmware",
            firmware,
            "it is not there",
            &entry.log,
        ));
    }
    Ok(format!("source = {:?}\n", source.display().to_string()))
}
