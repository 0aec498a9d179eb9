//! The kernel's configuration and build.
//!
//! One build serves every project of the machine that wants the same: it lies in the shared cache, named by a hash of all
//! its inputs. The tree is configured once and holds both libsel4.a and kernel.elf, so headers, library and kernel can't
//! disagree.

mod boards;
mod check;
mod cmake;
mod collect;
mod configure;
mod configured;
pub mod declared;
mod depends;
mod dts;
mod environment;
mod error;
mod files;
mod gen_config;
mod identity;
pub mod listing;
mod manifest;
mod older;
pub mod options;
mod place;
mod plan;
mod python;
mod settled;
pub mod verified;

pub use check::{WrongValue, wrong_values};
pub use cmake::StepFailure;
#[cfg(feature = "run")]
pub(crate) use cmake::Tools;
pub use error::KernelError;
pub use manifest::{LoaderSources, Manifest, OptionReport, Verdict};
#[cfg(feature = "run")]
pub(crate) use place::Place;
pub use plan::Plan;
#[cfg(feature = "run")]
pub(crate) use settled::{CMakeCache, report};

use crate::cache::{Cache, Entry, age, hash, hex};
use crate::model::contextualized::Contextualized;
use crate::platform::PlatformData;
use crate::progress::Progress;
use crate::release::{self, Recognised};
use crate::tools;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A kernel build on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelBuild {
    /// What came out of it.
    pub manifest: Manifest,
    /// The file whose presence makes it complete; none for a `build_dir` of the user's.
    pub marker: Option<PathBuf>,
    /// The user's own files that went into it because an option names them; none where it was found by its key alone.
    pub files: Vec<PathBuf>,
}

/// How often a kernel is built whose sources change meanwhile.
pub(crate) const ATTEMPTS: usize = 3;

/// The kernel build for a configuration: from the cache, else built now.
///
/// # Errors
/// A source or tool can't be had, a step fails, or sel4.toml sets `build_dir`.
pub fn build(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<KernelBuild, KernelError> {
    if let Some(dir) = &config.build_dir {
        return Err(KernelError::BuildDirIsSet(dir.clone()));
    }
    for _ in 1..ATTEMPTS {
        match build_once(cache, config, platform, progress) {
            // What was built is neither the old sources nor the new ones, and is not kept.
            Err(KernelError::SourceChanged(_)) => {}
            other => return other,
        }
    }
    build_once(cache, config, platform, progress)
}

fn build_once(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<KernelBuild, KernelError> {
    let plan = Plan::new(cache, config, platform, progress)?;
    let entry = cache.entry("build", &plan.key);
    let is_whole = |text: &str| parse(&entry, text).is_ok_and(|found| is_whole(&entry, &found.manifest));
    let text = entry.get_or_make(progress, is_whole, |dir| {
        make(cache, config, &plan, &entry, dir, progress)
    })?;
    let mut found = parse(&entry, &text)?;
    mark_source(cache, &found.manifest);
    found.files = plan.files.iter().flat_map(|named| named.read.clone()).collect();
    // The build may have been made for another project, which asked for the same in another place.
    found
        .manifest
        .reports
        .retain(|report| plan.options.is_own(&report.name));
    let reports: Vec<String> = plan
        .options
        .older
        .iter()
        .chain(&found.manifest.reports)
        .map(|report| plan.options.told(report, &config.asked_at))
        .collect();
    if config.deny_ignored_options && !reports.is_empty() {
        return Err(KernelError::Ignored(reports));
    }
    let sources = &config.sel4_sources;
    let unfit = plan
        .loader
        .iter()
        .flat_map(|_| sources.unfit(config.follows_release, plan.release.release));
    let unfit: Vec<String> = unfit.collect();
    let notes = plan.release.note.iter().chain(&unfit).chain(&reports);
    notes.for_each(|note| progress.warn(note));
    cache.tidy_daily();
    Ok(found)
}

/// What bindings and library come from: `build_dir` where sel4.toml sets it, else [`build`].
///
/// # Errors
/// As for [`build`]; or `build_dir` is no usable build.
pub fn build_or_use(
    cache: &Cache,
    config: &Contextualized,
    platform: &PlatformData,
    progress: &dyn Progress,
) -> Result<KernelBuild, KernelError> {
    match &config.build_dir {
        Some(dir) => use_build_dir(config, dir),
        None => build(cache, config, platform, progress),
    }
}

/// The complete build of that key.
///
/// # Errors
/// It is not in the cache.
pub fn find(cache: &Cache, key: &str) -> Result<KernelBuild, KernelError> {
    let entry = cache.entry("build", key);
    // A manifest that another version of selfe wrote is not damaged, though this one can't read it.
    let is_whole = |text: &str| parse(&entry, text).map_or(true, |found| is_whole(&entry, &found.manifest));
    let text = entry
        .whole_or_unmarked(is_whole)
        .ok_or_else(|| KernelError::NotInCache {
            key: key.to_owned(),
            cache: cache.root().to_owned(),
        })?;
    let found = parse(&entry, &text)?;
    mark_source(cache, &found.manifest);
    Ok(found)
}

/// A build points into its sources, so whoever uses it uses them.
fn mark_source(cache: &Cache, manifest: &Manifest) {
    if let Some(source) = cache.entry_at(&manifest.kernel_source) {
        source.mark_used();
    }
}

/// Whether the results that a manifest names are still there, and are this entry's: a cache may have been moved or cleaned.
fn is_whole(entry: &Entry, manifest: &Manifest) -> bool {
    let results = [Some(&manifest.libsel4), manifest.kernel_elf.as_ref()];
    manifest.build_dir.starts_with(&entry.dir)
        && results.into_iter().flatten().all(|path| path.is_file())
        && manifest.include_dirs.iter().all(|dir| dir.is_dir())
}

fn make(
    cache: &Cache,
    config: &Contextualized,
    plan: &Plan,
    entry: &Entry,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<String, KernelError> {
    let configured = configure::configure(cache, plan, &config.context, dir, &entry.log, progress)?;
    let (tools, tree, place) = (configured.tools, configured.tree, configured.place);
    if config.deny_ignored_options {
        deny_ignored(config, plan, &tree, entry)?;
    }
    let mut build = tools.command(&tools::find("ninja")?);
    build.args(["libsel4.a", "kernel.elf"]);
    place.run_in(&mut build, &tree);
    tools.run(&format!("building {}", configure::name(&config.context)), build)?;
    let collected = collect::collect(&plan.kernel.dir, &tree, plan.release.release, |path| {
        place.real_in(path)
    })
    .map_err(|collect::Wrong(what, path, cause)| KernelError::Result {
        what,
        path,
        cause,
        log: entry.log.clone(),
    })?;
    let reports = settled::compare(
        &plan.options,
        &collected.cache,
        &collected.declared,
        plan.release.release,
    );
    let mut manifest = manifest_of(config, &plan.kernel.dir, &tree, &plan.release, collected);
    manifest.key.clone_from(&plan.key);
    manifest.tools.clone_from(&plan.tools_identity);
    manifest.cross_compiler_prefix.clone_from(&plan.compiler_prefix);
    manifest.compiler = Some(plan.compiler.clone());
    manifest.reports = reports;
    manifest.toolchain_dirs.clone_from(&plan.path_first);
    manifest.loader.clone_from(&plan.loader);
    let asked = plan.options.options.iter();
    manifest.asked = asked
        .map(|(name, option)| (name.clone(), option.value.to_string()))
        .collect();
    // Cargo watches them, too: what the linker and the boot read.
    [Some(&manifest.libsel4), manifest.kernel_elf.as_ref()]
        .into_iter()
        .flatten()
        .for_each(|path| age(path));
    verified::hold(cache, plan, config, &manifest, progress)?;
    plan.check_unchanged(cache, config, progress)?;
    toml::to_string(&manifest).map_err(|error| KernelError::Result {
        what: "manifest",
        path: entry.marker(),
        cause: error.to_string(),
        log: entry.log.clone(),
    })
}

/// Ends a build whose kernel was configured, and not as asked.
fn deny_ignored(config: &Contextualized, plan: &Plan, tree: &Path, entry: &Entry) -> Result<(), KernelError> {
    let cache = settled::CMakeCache::read_own(tree, &plan.kernel.dir).map_err(|error| KernelError::Result {
        what: "CMake cache",
        path: tree.join("CMakeCache.txt"),
        cause: error.to_string(),
        log: entry.log.clone(),
    })?;
    let reports = settled::compare(&plan.options, &cache, &plan.declared, plan.release.release);
    let own = reports.iter().filter(|report| plan.options.is_own(&report.name));
    let told: Vec<String> = own.map(|report| plan.options.told(report, &config.asked_at)).collect();
    if told.is_empty() {
        Ok(())
    } else {
        Err(KernelError::Ignored(told))
    }
}

/// The tools' environment for work around a kernel that is built.
///
/// # Errors
/// Python's packages can't be had.
#[cfg(feature = "run")]
pub(crate) fn tools_around<'a>(
    cache: &Cache,
    manifest: &Manifest,
    log: &'a Path,
    progress: &'a dyn Progress,
) -> Result<Tools<'a>, KernelError> {
    let mut path_first = manifest.toolchain_dirs.clone();
    let needs = python::Needs {
        release: release::by_name(&manifest.release).unwrap_or_else(release::newest),
        device_tree: true,
    };
    path_first.extend(python::find(cache, needs, progress)?);
    Ok(Tools {
        path_first,
        log,
        progress,
    })
}

fn use_build_dir(config: &Contextualized, dir: &Path) -> Result<KernelBuild, KernelError> {
    let wrong = |cause: String| KernelError::BuildDir {
        dir: dir.to_owned(),
        cause,
    };
    let dir = std::fs::canonicalize(dir).map_err(|error| wrong(error.to_string()))?;
    let cache = settled::CMakeCache::read(&dir).map_err(|error| wrong(format!("CMakeCache.txt: {error}")))?;
    let kernel = cache.get("KERNEL_PATH").map(|entry| PathBuf::from(&entry.value));
    let kernel = kernel.ok_or_else(|| wrong("its CMakeCache.txt names no KERNEL_PATH".to_owned()))?;
    let release = release::recognise(&kernel);
    let collected = collect::collect(&kernel, &dir, release.release, str::to_owned)
        .map_err(|collect::Wrong(what, path, cause)| wrong(format!("{what}, {}: {cause}", path.display())))?;
    let sel4_arch = config.context.sel4_arch.to_string();
    if let Some(built) = collected
        .gen_config
        .get("SEL4_ARCH")
        .filter(|built| **built != sel4_arch)
    {
        return Err(wrong(format!("it was built for {built}, and {sel4_arch} is wanted")));
    }
    if let Some(entry) = collected
        .cache
        .get("LibSel4FunctionAttributes")
        .filter(|entry| entry.value != "public")
    {
        return Err(wrong(format!(
            "it was built with LibSel4FunctionAttributes={}",
            entry.value
        )));
    }
    let mut manifest = manifest_of(config, &kernel, &dir, &release, collected);
    manifest.key = hash([dir.as_os_str().as_encoded_bytes()]);
    Ok(KernelBuild {
        manifest,
        marker: None,
        files: Vec::new(),
    })
}

fn manifest_of(
    config: &Contextualized,
    kernel: &Path,
    tree: &Path,
    release: &Recognised,
    collected: collect::Collected,
) -> Manifest {
    let context = &config.context;
    let bytes = collected
        .kernel_elf
        .as_ref()
        .and_then(|kernel| std::fs::read(kernel).ok());
    Manifest {
        key: String::new(),
        kernel_version: release.version.clone(),
        release: release.release.name.clone(),
        arch: context.arch.to_string(),
        sel4_arch: context.sel4_arch.to_string(),
        platform: context.platform.to_string(),
        is_debug: context.is_debug,
        cross_compiler_prefix: config.build.cross_compiler_prefix.clone(),
        kernel_source: kernel.to_owned(),
        build_dir: tree.to_owned(),
        include_dirs: collected.include_dirs,
        libsel4: collected.libsel4,
        kernel_elf: collected.kernel_elf,
        kernel_sha256: bytes.map(|bytes| hex(&Sha256::digest(&bytes))),
        tools: String::new(),
        compiler: None,
        toolchain_dirs: Vec::new(),
        asked: BTreeMap::new(),
        reports: Vec::new(),
        options: collected.options,
        gen_config: collected.gen_config,
        loader: None,
    }
}

fn parse(entry: &Entry, text: &str) -> Result<KernelBuild, KernelError> {
    let manifest = toml::from_str(text).map_err(|error| KernelError::Result {
        what: "manifest",
        path: entry.marker(),
        cause: format!("{error}; delete the folder {}", entry.dir.display()),
        log: entry.log.clone(),
    })?;
    Ok(KernelBuild {
        manifest,
        marker: Some(entry.marker()),
        files: Vec::new(),
    })
}
