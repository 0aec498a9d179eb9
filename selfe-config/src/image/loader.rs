//! seL4's elfloader around a kernel and a root task.
//!
//! A CMake build tree of the loader lies in the cache, one for each kernel build; it is configured once. For each root task
//! only the archive in it is packed and linked anew, so the tree belongs to one process at a time.

use super::{Image, ImageError, Program, io, opensbi, settings, uimage};
use crate::cache::{Cache, Entry, hash, io_error};
use crate::kernel::options::is_of_loader;
use crate::kernel::{self, CMakeCache, KernelError, LoaderSources, Manifest, OptionReport, Tools};
use crate::progress::Progress;
use crate::source::{self, Source, Tree};
use crate::tools;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The CMake project that imports the elfloader: its files.
const PROJECT: &[(&str, &str)] = &[
    ("CMakeLists.txt", include_str!("../../cmake/loader/CMakeLists.txt")),
    ("clang.cmake", include_str!("../../cmake/loader/clang.cmake")),
    ("libgcc.cmake", include_str!("../../cmake/loader/libgcc.cmake")),
    ("division.c", include_str!("../../cmake/loader/division.c")),
    ("strip.cmake", include_str!("../../cmake/loader/strip.cmake")),
];

/// Changes whenever the meaning of a cache entry does.
const FORMAT: &str = "1";

/// What came of the loader's configuration: the text of the marker that makes its cache entry complete.
#[derive(Serialize, Deserialize)]
struct Configured {
    /// How images are packed: the value of `ElfloaderImage`.
    image: String,
    /// Options of the loader that were not taken as asked.
    reports: Vec<OptionReport>,
}

/// Packs a kernel and a root task into one image.
pub fn make(
    cache: &Cache,
    manifest: &Manifest,
    program: &Program,
    out_dir: &Path,
    progress: &dyn Progress,
) -> Result<Image, ImageError> {
    let sources = manifest.loader.as_ref().ok_or_else(|| ImageError::NoLoader {
        build_dir: manifest.build_dir.clone(),
    })?;
    let image = in_tree(cache, manifest, sources, progress, |around, tree, image| {
        link(around, tree, program, image)?;
        pack(around, tree, &manifest.sel4_arch, image, out_dir)
    })?;
    let firmware = sources.opensbi.as_ref();
    let firmware = firmware.map(|source| opensbi::make(cache, manifest, source, progress));
    Ok(Image {
        kernel: image,
        root_task: None,
        firmware: firmware.transpose()?,
        guest: super::Guest::default(),
    })
}

/// Does something with the loader's build tree for a kernel, from the cache or configured now, and with the way its images are packed.
fn in_tree(
    cache: &Cache,
    manifest: &Manifest,
    sources: &LoaderSources,
    progress: &dyn Progress,
    work: impl FnOnce(&Tools<'_>, &Path, &str) -> Result<PathBuf, ImageError>,
) -> Result<PathBuf, ImageError> {
    let resolve = |tree, source| source::resolve(cache, tree, source, progress).map_err(KernelError::from);
    let tools = resolve(Tree::Tools, &sources.tools)?;
    let util_libs = resolve(Tree::UtilLibs, &sources.util_libs)?;
    let mut parts = vec![FORMAT, &manifest.key, tools.identity.word(), util_libs.identity.word()];
    parts.extend(PROJECT.iter().map(|(_, text)| *text));
    let entry = cache.entry("loader", &hash(parts.into_iter().map(str::as_bytes)));
    let read = |text: &str| toml::from_str::<Configured>(text);
    let around = kernel::tools_around(cache, manifest, &entry.log, progress)?;
    entry.get_or_make_and_change(
        progress,
        |text| read(text).is_ok(),
        |dir| {
            Ok(configure_in(
                cache,
                manifest,
                &entry,
                dir,
                (&tools, &util_libs),
                progress,
            )?)
        },
        |dir, text| {
            let configured = read(text).map_err(|error| unusable("manifest", entry.marker(), &error, &entry))?;
            let reports = configured.reports.iter();
            reports.for_each(|report| progress.warn(&report.to_string()));
            work(&around, &dir.join("tree"), &configured.image)
        },
    )
}

fn configure_in(
    cache: &Cache,
    manifest: &Manifest,
    entry: &Entry,
    dir: &Path,
    (tools_source, util_libs): (&Source, &Source),
    progress: &dyn Progress,
) -> Result<String, KernelError> {
    let _ = fs::remove_file(&entry.log);
    let cmake = tools::find("cmake")?;
    // The loader's build calls it without asking whether it is there.
    tools::find("cpio")?;
    let (project, tree) = (dir.join("project"), dir.join("tree"));
    fs::create_dir(&project).map_err(io_error("create", &project))?;
    let settled = CMakeCache::read(&manifest.build_dir)
        .map_err(|error| unusable("CMake cache", manifest.build_dir.clone(), &error, entry))?;
    let kernel = ("kernel-settings.cmake", settings::commands(&settled));
    let files = PROJECT.iter().map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in files.chain([kernel]) {
        let path = project.join(name);
        fs::write(&path, text).map_err(io_error("write", &path))?;
    }
    let around = kernel::tools_around(cache, manifest, &entry.log, progress)?;
    let mut configure = around.command(&cmake);
    configure.args(["-G", "Ninja", "-Wno-dev", "-C"]);
    configure.arg(project.join("kernel-settings.cmake"));
    configure.arg("-S").arg(&project).arg("-B").arg(&tree);
    for (name, dir) in [
        ("SELFE_KERNEL_BUILD", &manifest.build_dir),
        ("SELFE_TOOLS", &tools_source.dir),
        ("SELFE_UTIL_LIBS", &util_libs.dir),
    ] {
        configure.arg(format!("-D{name}={}", dir.display()));
    }
    let asked: Vec<_> = manifest.asked.iter().filter(|(name, _)| is_of_loader(name)).collect();
    configure.args(asked.iter().map(|(name, value)| format!("-D{name}={value}")));
    around.run("configuring the elfloader", configure)?;
    let settled = CMakeCache::read(&tree).map_err(|error| unusable("CMake cache", tree.clone(), &error, entry))?;
    let declared = kernel::declared::Declarations::read(&tools_source.dir.join("elfloader-tool"))
        .map_err(|error| unusable("list of options", tools_source.dir.clone(), &error, entry))?;
    let reports = asked
        .iter()
        .filter_map(|(name, value)| kernel::report(name, value, &settled, &declared));
    let configured = Configured {
        image: settled
            .get("ElfloaderImage")
            .map_or("elf", |entry| &entry.value)
            .to_owned(),
        reports: reports.collect(),
    };
    toml::to_string(&configured).map_err(|error| unusable("manifest", entry.marker(), &error, entry))
}

/// Builds the loader's tree around a root task.
fn link(around: &Tools<'_>, tree: &Path, program: &Program, image: &str) -> Result<(), ImageError> {
    let root_task = tree.join("root-task.elf");
    let loaded = program.stripped();
    // The same file again would be packed again.
    if fs::read(&root_task).ok().as_ref() != Some(&loaded) {
        super::write(&root_task, &loaded)?;
    }
    let mut build = around.command(&tools::find("ninja")?);
    build.arg("-C").arg(tree).arg("elfloader/elfloader");
    if image != "elf" {
        build.arg("binary");
    }
    Ok(around.run("packing kernel and root task into the elfloader", build)?)
}

/// Puts the image where it is wanted, in the form that the board's boot loader takes.
fn pack(around: &Tools<'_>, tree: &Path, sel4_arch: &str, image: &str, out_dir: &Path) -> Result<PathBuf, ImageError> {
    let (elf, binary) = (tree.join("elfloader/elfloader"), tree.join("image.bin"));
    let place = |from: &Path, ending: &str| {
        let to = out_dir.join(format!("image.{ending}"));
        let bytes = fs::read(from).map_err(io("read", from))?;
        super::write(&to, &bytes).map(|()| to)
    };
    match image {
        "binary" => place(&binary, "bin"),
        "efi" => place(&binary, "efi"),
        "uimage" => place(&uimage::make(around, sel4_arch, &elf, &binary)?, "uimage"),
        _ => place(&elf, "elf"),
    }
}

pub(super) fn unusable(what: &'static str, path: PathBuf, cause: &dyn std::fmt::Display, entry: &Entry) -> KernelError {
    KernelError::Result {
        what,
        path,
        cause: cause.to_string(),
        log: entry.log.clone(),
    }
}
