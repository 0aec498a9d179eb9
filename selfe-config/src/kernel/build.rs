//! Building a kernel in the cache, once for all projects that want the same one.

use super::cached::{KernelBuild, is_whole, mark_source, parse};
use super::collect;
use super::configure;
use super::error::KernelError;
use super::manifest::{Manifest, manifest_of};
use super::plan::Plan;
use crate::cache::{Cache, Entry, age};
use crate::model::contextualized::Contextualized;
use crate::options::cmake_cache::CMakeCache;
use crate::options::compare::compare;
use crate::progress::Progress;
use crate::tools;
use std::path::Path;

/// How many times a build is tried if its sources change meanwhile.
const ATTEMPTS: usize = 3;

/// Repeats a build if its sources changed meanwhile: the result would belong neither to the old
/// sources nor to the new ones.
pub(crate) fn until_sources_rest<T, E>(
    attempt: impl Fn() -> Result<T, E>,
    has_changed: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(error) if has_changed(&error) => {}
            other => return other,
        }
    }
    attempt()
}

/// The kernel build for a configuration: from the cache, or else built now. `accept` checks a new
/// build before it is kept.
///
/// # Errors
/// There is no plan, a step fails, `accept` refuses the result, or sel4.toml sets `build_dir`.
pub(crate) fn build(
    cache: &Cache,
    config: &Contextualized,
    progress: &dyn Progress,
    plan: impl Fn() -> Result<Plan, KernelError>,
    accept: impl Fn(&Plan, &Manifest) -> Result<(), KernelError>,
) -> Result<KernelBuild, KernelError> {
    if let Some(dir) = &config.build_dir {
        return Err(KernelError::BuildDirIsSet(dir.clone()));
    }
    until_sources_rest(
        || build_once(cache, config, progress, plan()?, &accept),
        |error| matches!(error, KernelError::SourceChanged(_)),
    )
}

fn build_once(
    cache: &Cache,
    config: &Contextualized,
    progress: &dyn Progress,
    plan: Plan,
    accept: impl Fn(&Plan, &Manifest) -> Result<(), KernelError>,
) -> Result<KernelBuild, KernelError> {
    let entry = cache.entry("build", &plan.key);
    let is_whole = |text: &str| parse(&entry, text).is_ok_and(|found| is_whole(&entry, &found.manifest));
    let text = entry.get_or_make(progress, is_whole, |dir| {
        let manifest = make(cache, config, &plan, &entry, dir, progress)?;
        accept(&plan, &manifest)?;
        plan.check_unchanged(cache, config, progress)?;
        toml::to_string(&manifest).map_err(|error| KernelError::unusable("manifest", entry.marker(), error, &entry.log))
    })?;
    let mut found = parse(&entry, &text)?;
    mark_source(cache, &found.manifest);
    found.files = plan.files.iter().flat_map(|named| named.read.clone()).collect();
    // The build may have been made for another project, which wrote the same option elsewhere.
    found
        .manifest
        .reports
        .retain(|report| plan.options.is_own(&report.name));
    let reports: Vec<String> = plan
        .options
        .translated
        .iter()
        .chain(&found.manifest.reports)
        .map(|report| plan.options.describe(report, &config.asked_at))
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

fn make(
    cache: &Cache,
    config: &Contextualized,
    plan: &Plan,
    entry: &Entry,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<Manifest, KernelError> {
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
    .map_err(|unusable| unusable.in_build(&entry.log))?;
    let reports = compare(
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
    // Cargo watches these too: the linker and the boot read them.
    [Some(&manifest.libsel4), manifest.kernel_elf.as_ref()]
        .into_iter()
        .flatten()
        .for_each(|path| age(path));
    Ok(manifest)
}

/// Stops a build if the configured kernel is not as requested.
fn deny_ignored(config: &Contextualized, plan: &Plan, tree: &Path, entry: &Entry) -> Result<(), KernelError> {
    let file = tree.join("CMakeCache.txt");
    let cache = CMakeCache::read_own(tree, &plan.kernel.dir)
        .map_err(|error| KernelError::unusable("CMake cache", file, error, &entry.log))?;
    let reports = compare(&plan.options, &cache, &plan.declared, plan.release.release);
    let own = reports.iter().filter(|report| plan.options.is_own(&report.name));
    let told: Vec<String> = own
        .map(|report| plan.options.describe(report, &config.asked_at))
        .collect();
    if told.is_empty() {
        Ok(())
    } else {
        Err(KernelError::Ignored(told))
    }
}
