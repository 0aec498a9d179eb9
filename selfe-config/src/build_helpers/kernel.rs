//! The kernel that a build script builds, or that a dependency has built.

use super::asked::Asked;
use super::cfgs::cfgs_of;
use super::config::resolve;
use super::directives::{message, print, tell_cargo};
use super::environment::BuildEnv;
use super::error::BuildScriptError;
use super::origin;
use super::pairing::RustTarget;
use super::runner;
use crate::build::build_or_use;
use crate::cache::{Cache, write_last};
use crate::kernel::{KernelBuild, Manifest};
use crate::lock::{self, Rule};
use crate::model::RepoSource;
use crate::progress::Progress;
use crate::vendored::VendoredSources;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// Separates the warnings in cargo's metadata, which is a single line.
const RECORD_SEPARATOR: char = '\u{1e}';

/// More time than a build script needs from its start to here. See [`Rule::CompleteAsOf`].
const BEFORE_THE_START: Duration = Duration::from_secs(20);

/// Set by `selfe build`, which has already printed the warnings about the kernel, when it makes the
/// root task. Cargo does not watch it: a build that only prints less is the same build.
pub const ALREADY_TOLD: &str = "SELFE_ALREADY_TOLD";

/// Builds the kernel, or finds it in the cache, and prints everything for cargo and the dependents.
/// On failure nothing is printed: cargo shows all output of a failed build script, and the error
/// would be lost in it. Sources from a crate replace those that sel4.toml names.
pub fn build(env: &BuildEnv, vendored: Option<&VendoredSources>) -> Result<KernelBuild, BuildScriptError> {
    let as_of = SystemTime::now() - BEFORE_THE_START;
    let mut resolved = resolve(env)?;
    if let Some(sources) = vendored {
        let is_own = resolved.document.path().is_some();
        sources.serve(&mut resolved.config, is_own)?;
    }
    let reporter = Reporter::default();
    let platform = resolved.document.platform(&resolved.config.context.platform)?;
    if let Some(target) = RustTarget::from_env() {
        target.check(platform, resolved.config.context.sel4_arch)?;
        if let Some(arch) = platform.sel4_arch.get(&resolved.config.context.sel4_arch) {
            target.check_options(&resolved.config, arch)?;
        }
    }
    let asked = Asked::of_parent().unwrap_or_default();
    runner::check(&asked)?;
    let cache = Cache::open_from(&asked.folder)?;
    let rule = if lock::is_asked_for()? {
        Rule::Locked
    } else {
        Rule::CompleteAsOf(as_of)
    };
    lock::pin_build(
        &cache,
        &resolved.document,
        &mut resolved.config,
        platform,
        rule,
        &reporter,
    )?;
    let found = build_or_use(&cache, &resolved.config, platform, &reporter)?;
    let manifest_file = match &found.marker {
        Some(marker) => marker.clone(),
        None => {
            let file = env.out_dir.join("manifest.toml");
            let text = toml::to_string(&found.manifest)?;
            let written = write_last(&file, text.as_bytes());
            written.map_err(|source| BuildScriptError::Write {
                path: file.clone(),
                source,
            })?;
            file
        }
    };
    if let Some(marker) = &found.marker {
        origin::make_older(marker, as_of);
    }
    BuildEnv::request_reruns();
    println!("cargo::rerun-if-env-changed=SELFE_CACHE_DIR");
    print(&resolved.reruns());
    print(&origin::hand_on(&resolved.which, &env.out_dir, as_of));
    print(&reruns(&found, &resolved.config.sel4_sources.kernel));
    print(&cfgs_of(&found.manifest));
    print(&metadata(&found.manifest, &manifest_file));
    let mut warnings = reporter.warnings.into_inner().unwrap_or_default();
    warnings.extend(resolved.warnings());
    if std::env::var_os(ALREADY_TOLD).is_some() {
        warnings.clear();
    }
    for warning in &warnings {
        print(&message("warning", warning));
    }
    if is_silenced() && !warnings.is_empty() {
        let all = warnings.join(&RECORD_SEPARATOR.to_string()).replace(['\n', '\r'], " ");
        tell_cargo(&format!("cargo::metadata=warnings={all}"));
    }
    Ok(found)
}

/// Collects the warnings and remembers the current step, for the output that cargo shows of a
/// failed build script.
#[derive(Default)]
struct Reporter {
    warnings: Mutex<Vec<String>>,
}

impl Progress for Reporter {
    fn begin(&self, step: &str) {
        eprintln!("{step}");
    }

    fn warn(&self, warning: &str) {
        if let Ok(mut warnings) = self.warnings.lock() {
            warnings.push(warning.to_owned());
        }
    }
}

/// What makes cargo build the kernel again: a change in a source folder or in a file that an option
/// names, a cleaned or damaged cache, or a changed library in `build_dir`.
fn reruns(found: &KernelBuild, kernel: &RepoSource) -> Vec<String> {
    let mut paths = Vec::new();
    match &found.marker {
        Some(marker) => {
            paths.push(marker.clone());
            paths.extend(found.files.iter().cloned());
            paths.push(found.manifest.libsel4.clone());
            paths.extend(found.manifest.kernel_elf.clone());
            if let RepoSource::LocalPath(dir) = kernel {
                paths.extend(contents(dir));
            }
        }
        None => {
            paths.push(found.manifest.libsel4.clone());
            paths.push(found.manifest.build_dir.join("CMakeCache.txt"));
        }
    }
    let paths = paths.iter();
    paths
        .map(|path| format!("cargo::rerun-if-changed={}", path.display()))
        .collect()
}

/// The contents of a source folder, without git's own files, which change with every look at them.
fn contents(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| entry.file_name() != ".git" && entry.file_name() != "__pycache__");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The metadata for the build scripts of dependents, as `DEP_SEL4_*`.
fn metadata(manifest: &Manifest, file: &Path) -> Vec<String> {
    let include: Vec<String> = manifest
        .include_dirs
        .iter()
        .map(|dir| dir.display().to_string())
        .collect();
    let pairs = [
        ("manifest", file.display().to_string()),
        ("include", include.join(":")),
        ("key", manifest.key.clone()),
        ("kernel_version", manifest.kernel_version.clone()),
        ("platform", manifest.platform.clone()),
        ("arch", manifest.arch.to_string()),
        ("sel4_arch", manifest.sel4_arch.to_string()),
        ("is_debug", manifest.is_debug.to_string()),
        (
            "cross_compiler_prefix",
            manifest.cross_compiler_prefix.clone().unwrap_or_default(),
        ),
    ];
    let pairs = pairs.into_iter();
    pairs
        .map(|(key, value)| format!("cargo::metadata={key}={value}"))
        .collect()
}

/// Whether cargo hides the warnings of this build script: it does for crates that it downloaded,
/// and for those from `cargo vendor`.
fn is_silenced() -> bool {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package.is_some_and(|package| is_downloaded(&package, cargo_home.as_deref()))
}

fn is_downloaded(package: &Path, cargo_home: Option<&Path>) -> bool {
    cargo_home.is_some_and(|home| package.starts_with(home)) || package.join(".cargo-checksum.json").is_file()
}

/// The kernel that selfe-sys links, from the metadata for its direct dependents.
pub fn linked() -> Result<Manifest, BuildScriptError> {
    let Some(path) = std::env::var_os("DEP_SEL4_MANIFEST").map(PathBuf::from) else {
        return Err(BuildScriptError::NoKernel {
            package: std::env::var("CARGO_PKG_NAME").unwrap_or_default(),
        });
    };
    read(&path)
}

fn read(path: &Path) -> Result<Manifest, BuildScriptError> {
    let error = |reason: String| BuildScriptError::Manifest {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|source| error(source.to_string()))?;
    toml::from_str(&text).map_err(|source| error(source.message().to_owned()))
}

/// The warnings about the kernel's build that cargo has hidden.
pub fn silenced_warnings() -> Vec<String> {
    let all = std::env::var("DEP_SEL4_WARNINGS").unwrap_or_default();
    all.split(RECORD_SEPARATOR)
        .flat_map(|warning| message("warning", warning))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_silences_what_it_brought() {
        let home = Some(Path::new("/home/me/.cargo"));
        assert!(is_downloaded(
            Path::new("/home/me/.cargo/registry/src/x/selfe-sys"),
            home
        ));
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_downloaded(dir.path(), home));
        std::fs::write(dir.path().join(".cargo-checksum.json"), "{}").unwrap();
        assert!(is_downloaded(dir.path(), home) && is_downloaded(dir.path(), None));
    }
}
