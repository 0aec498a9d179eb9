//! seL4's elfloader around a kernel and a root task.
//!
//! The cache has a CMake build tree of the loader for each kernel build; it is configured once. For
//! each root task only the archive in it is packed and the loader linked again, so one process at a
//! time uses the tree.

use super::{Image, ImageError, Program, io, opensbi, settings, uimage};
use crate::arch::SeL4Arch;
use crate::cache::{Cache, Entry, hash, io_error};
use crate::kernel::{self, BuildPaths, KernelError, LoaderSources, Manifest, Runner};
use crate::model::RepoSource;
use crate::options::cmake_cache::CMakeCache;
use crate::options::{self, OptionReport, is_of_loader};
use crate::progress::Progress;
use crate::source::{self, Source, Tree};
use crate::tools;
use serde::{Deserialize, Serialize};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of the CMake project that imports the elfloader.
const PROJECT: &[(&str, &str)] = &[
    ("CMakeLists.txt", include_str!("../../cmake/loader/CMakeLists.txt")),
    ("clang.cmake", include_str!("../../cmake/loader/clang.cmake")),
    ("libgcc.cmake", include_str!("../../cmake/loader/libgcc.cmake")),
    ("division.c", include_str!("../../cmake/loader/division.c")),
    ("strip.cmake", include_str!("../../cmake/loader/strip.cmake")),
];

/// Changes whenever the meaning of a cache entry changes.
const FORMAT: &str = "2";

/// The result of configuring the loader: the text that marks its cache entry as complete.
#[derive(Serialize, Deserialize)]
struct Configured {
    /// How images are packed: the value of `ElfloaderImage`.
    image: String,
    /// Options that the loader did not use as requested.
    reports: Vec<OptionReport>,
    /// The tree's path as passed to CMake: it can only be built under that path.
    tree: PathBuf,
}

/// The folders of a loader's build.
struct Folders {
    entry: Entry,
    kernel_build: PathBuf,
    kernel: PathBuf,
    tools: Source,
    util_libs: Source,
}

impl Folders {
    fn place(&self) -> Result<BuildPaths, KernelError> {
        let kernel_build = self.kernel_build.parent().unwrap_or(&self.kernel_build);
        let folders = [
            ("loader", self.entry.dir.as_path()),
            ("build", kernel_build),
            ("kernel", &self.kernel),
            ("tools", &self.tools.dir),
            ("util_libs", &self.util_libs.dir),
        ];
        BuildPaths::new(&self.entry.dir, &folders)
    }
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
    let image = packed(cache, manifest, sources, program, out_dir, progress)?;
    let firmware = sources.opensbi.as_ref();
    let firmware = firmware.map(|source| opensbi::make(cache, manifest, source, progress));
    Ok(Image {
        kernel: image,
        root_task: None,
        firmware: firmware.transpose()?,
        guest: super::Guest::default(),
    })
}

/// The image's file. Source folders may change while the loader is built from them: the result is
/// not kept then.
fn packed(
    cache: &Cache,
    manifest: &Manifest,
    sources: &LoaderSources,
    program: &Program,
    out_dir: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, ImageError> {
    let attempt = || {
        in_tree(cache, manifest, sources, progress, |around, folders, place, image| {
            let tree = folders.entry.dir.join("tree");
            link(around, place, &tree, program, image)?;
            if let Some(changed) = changed_source(cache, sources, folders, progress)? {
                // A tree without files is made again.
                fs::remove_dir_all(&tree).map_err(io("remove", &tree))?;
                return Err(KernelError::SourceChanged(changed).into());
            }
            pack(around, &tree, manifest.sel4_arch, image, out_dir)
        })
    };
    kernel::until_sources_rest(attempt, |error| {
        matches!(error, ImageError::Build(KernelError::SourceChanged(_)))
    })
}

/// The source folder that has changed since the loader's key was computed.
fn changed_source(
    cache: &Cache,
    sources: &LoaderSources,
    folders: &Folders,
    progress: &dyn Progress,
) -> Result<Option<PathBuf>, KernelError> {
    let all = [
        (Tree::Tools, &sources.tools, &folders.tools),
        (Tree::UtilLibs, &sources.util_libs, &folders.util_libs),
    ];
    for (tree, source, then) in all {
        let is_folder = matches!(source, RepoSource::LocalPath(_));
        let is_edited = is_folder && source::resolve(cache, tree, source, progress)?.identity != then.identity;
        if is_edited || then.is_damaged(cache) {
            return Ok(Some(then.dir.clone()));
        }
    }
    Ok(None)
}

/// Does something with the loader's build tree for a kernel, from the cache or configured now, and
/// with the way its images are packed.
fn in_tree(
    cache: &Cache,
    manifest: &Manifest,
    sources: &LoaderSources,
    progress: &dyn Progress,
    work: impl FnOnce(&Runner<'_>, &Folders, &BuildPaths, &str) -> Result<PathBuf, ImageError>,
) -> Result<PathBuf, ImageError> {
    let resolve = |tree, source| source::resolve(cache, tree, source, progress).map_err(KernelError::from);
    let tools = resolve(Tree::Tools, &sources.tools)?;
    let util_libs = resolve(Tree::UtilLibs, &sources.util_libs)?;
    let mut parts = vec![FORMAT, &manifest.key, tools.identity.word(), util_libs.identity.word()];
    parts.extend(PROJECT.iter().map(|(_, text)| *text));
    let folders = Folders {
        entry: cache.entry("loader", &hash(parts.into_iter().map(str::as_bytes))),
        kernel_build: manifest.build_dir.clone(),
        kernel: manifest.kernel_source.clone(),
        tools,
        util_libs,
    };
    let entry = &folders.entry;
    let read = |text: &str| toml::from_str::<Configured>(text);
    let mut around = kernel::tools_around(cache, manifest, &entry.log, progress)?;
    let is_whole = |text: &str| {
        let dir = BuildPaths::would_see(&entry.dir, "loader", &entry.dir);
        let is_seen = |tree: &Path| dir.is_some_and(|dir| dir.join("tree") == tree);
        read(text).is_ok_and(|configured| is_seen(&configured.tree))
            && entry.dir.join("tree/build.ninja").is_file()
            && !is_ahead(&entry.dir, SystemTime::now())
    };
    entry.get_or_make_and_change(
        progress,
        is_whole,
        |dir| Ok(configure_in(cache, manifest, &folders, dir, progress)?),
        |dir, text| {
            let configured =
                read(text).map_err(|error| KernelError::unusable("manifest", entry.marker(), error, &entry.log))?;
            let reports = configured.reports.iter();
            reports.for_each(|report| progress.warn(&report.to_string()));
            let mut place = folders.place()?;
            place.serve(dir, &mut around)?;
            work(&around, &folders, &place, &configured.image)
        },
    )
}

/// Whether a file in a folder has a time in the future: the clock was set back. Ninja compares
/// times only, and would consider its earlier output newer than the next root task.
fn is_ahead(dir: &Path, now: SystemTime) -> bool {
    let mut entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.any(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => is_ahead(&entry.path(), now),
        Ok(meta) => meta.modified().is_ok_and(|time| time > now),
        Err(_) => false,
    })
}

fn configure_in(
    cache: &Cache,
    manifest: &Manifest,
    folders: &Folders,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<String, KernelError> {
    let entry = &folders.entry;
    let _ = fs::remove_file(&entry.log);
    let cmake = tools::find("cmake")?;
    // The loader's build calls it without checking that it exists.
    tools::find("cpio")?;
    let (project, tree) = (dir.join("project"), dir.join("tree"));
    for folder in [&project, &tree] {
        fs::create_dir(folder).map_err(io_error("create", folder))?;
    }
    let mut place = folders.place()?;
    let settled = CMakeCache::read_own(&manifest.build_dir, &manifest.kernel_source)
        .map_err(|error| KernelError::unusable("CMake cache", manifest.build_dir.clone(), error, &entry.log))?;
    let kernel = ("kernel-settings.cmake", place.seen_in(&settings::commands(&settled)));
    let files = PROJECT.iter().map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in files.chain([kernel]) {
        let path = project.join(name);
        fs::write(&path, text).map_err(io_error("write", &path))?;
    }
    let mut around = kernel::tools_around(cache, manifest, &entry.log, progress)?;
    place.serve(dir, &mut around)?;
    let mut configure = around.command(&cmake);
    configure.args(["-G", "Ninja", "-Wno-dev", "-C"]);
    configure.arg(place.seen(&project.join("kernel-settings.cmake")));
    configure
        .arg("-S")
        .arg(place.seen(&project))
        .arg("-B")
        .arg(place.seen(&tree));
    configure.arg(format!("-DSELFE_FLAGS={}", place.flags()));
    place.run_in(&mut configure, &tree);
    for (name, dir) in [
        ("SELFE_KERNEL_BUILD", &manifest.build_dir),
        ("SELFE_TOOLS", &folders.tools.dir),
        ("SELFE_UTIL_LIBS", &folders.util_libs.dir),
    ] {
        configure.arg(format!("-D{name}={}", place.seen(dir).display()));
    }
    let asked: Vec<_> = manifest.asked.iter().filter(|(name, _)| is_of_loader(name)).collect();
    configure.args(asked.iter().map(|(name, value)| format!("-D{name}={value}")));
    around.run("configuring the elfloader", configure)?;
    let settled = CMakeCache::read(&tree)
        .map_err(|error| KernelError::unusable("CMake cache", tree.clone(), error, &entry.log))?;
    let declared = options::declared::Declarations::read(&folders.tools.dir.join("elfloader-tool"))
        .map_err(|error| KernelError::unusable("list of options", folders.tools.dir.clone(), error, &entry.log))?;
    let reports = asked
        .iter()
        .filter_map(|(name, value)| options::compare::report(name, value, &settled, &declared));
    let configured = Configured {
        image: settled
            .get("ElfloaderImage")
            .map_or("elf", |entry| &entry.value)
            .to_owned(),
        reports: reports.collect(),
        tree: place.seen(&tree),
    };
    toml::to_string(&configured).map_err(|error| KernelError::unusable("manifest", entry.marker(), error, &entry.log))
}

/// Builds the loader's tree around a root task.
fn link(
    around: &Runner<'_>,
    place: &BuildPaths,
    tree: &Path,
    program: &Program,
    image: &str,
) -> Result<(), ImageError> {
    let root_task = tree.join("root-task.elf");
    let loaded = program.stripped();
    // Writing the same file again would cause it to be packed again.
    if fs::read(&root_task).ok().as_ref() != Some(&loaded) {
        super::write(&root_task, &loaded)?;
    }
    // The archive in the image contains it.
    let mode = fs::Permissions::from_mode(0o644);
    fs::set_permissions(&root_task, mode).map_err(io("write", &root_task))?;
    let mut build = around.command(&tools::find("ninja")?);
    build.arg("elfloader/elfloader");
    place.run_in(&mut build, tree);
    if image != "elf" {
        build.arg("binary");
    }
    Ok(around.run("packing kernel and root task into the elfloader", build)?)
}

/// Puts the image into its final place, in the form that the board's boot loader needs.
fn pack(
    around: &Runner<'_>,
    tree: &Path,
    sel4_arch: SeL4Arch,
    image: &str,
    out_dir: &Path,
) -> Result<PathBuf, ImageError> {
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
        "elf" => place(&elf, "elf"),
        other => Err(ImageError::Kernel {
            path: elf,
            cause: format!("the elfloader's option ElfloaderImage is `{other}`, a form that selfe does not know"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_tree_of_a_time_to_come_shows() {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join("tree/elfloader");
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join("elfloader"), "").unwrap();
        let now = SystemTime::now();
        let minute = Duration::from_secs(60);
        assert!(!is_ahead(dir.path(), now + minute));
        assert!(is_ahead(dir.path(), now - minute));
    }
}
