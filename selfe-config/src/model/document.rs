//! A configuration with its file, and the line of each of its options.

use super::contextualized::{AskedAt, Context, Contextualized};
use super::error::{ImportError, line_column};
use super::full::Full;
use super::place::Place;
use super::read::read;
use super::reader::SourceText;
use super::{Arch, FollowsRelease, Platform, RepoSource, SeL4Arch};
use crate::platform::{self, PlatformData};
use crate::text_file;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The configuration for a project that has none of its own.
pub const DEFAULT_TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/default.sel4.toml"));

/// A configuration with its file and the places in it.
#[derive(Debug, Clone)]
pub struct Document {
    path: Option<PathBuf>,
    full: Full,
    /// The platforms that the file describes, and those that only its kernel options describe.
    platforms: BTreeMap<String, PlatformData>,
    /// By table and option.
    places: BTreeMap<(String, String), Place>,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// It can't be read, is not UTF-8, not TOML, or not of sel4.toml's form.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let bytes = text_file::read(path).map_err(|source| ImportError::Read {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let wrong = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..wrong];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
            ImportError::NotUtf8 {
                path: path.to_owned(),
                line,
                column,
            }
        })?;
        Self::parse(&text, Some(path))
    }

    /// Reads a text; `path` is where it came from, for messages and relative paths.
    ///
    /// # Errors
    /// It is not TOML, or not of sel4.toml's form.
    pub fn parse(text: &str, path: Option<&Path>) -> Result<Self, ImportError> {
        let contents = read(SourceText { text, path })?;
        let places = contents.places.into_iter().map(|((table, option), at)| {
            let (line, column) = line_column(text, at);
            ((table.clone(), option), Place { table, line, column })
        });
        let mut platforms = contents.full.platforms.clone();
        add_derived(&mut platforms, &contents.full);
        Ok(Document {
            path: path.map(Path::to_owned),
            places: places.collect(),
            full: contents.full,
            platforms,
        })
    }

    /// The embedded default configuration.
    pub fn embedded() -> Self {
        match Self::parse(DEFAULT_TEXT, None) {
            Ok(document) => document,
            // It is part of the program, and a test reads it.
            Err(error) => unreachable!("the embedded configuration is whole: {error}"),
        }
    }

    /// The file; none for a text without one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The folder that relative paths count from.
    pub fn base_dir(&self) -> Option<&Path> {
        self.path.as_deref().map(|path| match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        })
    }

    /// Its content, for every platform.
    pub fn full(&self) -> &Full {
        &self.full
    }

    /// The platform of that name: one that the file describes, in `[platform.NAME]` or by its
    /// kernel options alone, or else one of selfe's.
    ///
    /// # Errors
    /// There is none.
    pub fn platform(&self, name: &Platform) -> Result<&PlatformData, ImportError> {
        if !name.is_valid() {
            return Err(ImportError::PlatformName(name.0.clone()));
        }
        if let Some(data) = self.platforms.get(&name.0).or_else(|| platform::lookup(&name.0)) {
            return Ok(data);
        }
        let known: Vec<String> = platform::all()
            .iter()
            .chain(self.platforms.values())
            .map(|data| data.name.clone())
            .collect();
        let nearest = crate::nearest::nearest(&name.0, known.iter().map(String::as_str)).map(str::to_owned);
        Err(ImportError::UnknownPlatform {
            platform: name.0.clone(),
            known,
            nearest,
        })
    }

    /// Every platform that a build can choose: selfe's and the file's own.
    pub fn platforms(&self) -> impl Iterator<Item = &PlatformData> {
        let own = |data: &&PlatformData| !self.platforms.contains_key(&data.name);
        platform::all().iter().filter(own).chain(self.platforms.values())
    }

    /// The default platform for an architecture: the usual one if the file sets it up; or else the
    /// only one that the file sets up and that runs the architecture; or else the usual one.
    ///
    /// # Errors
    /// There is no usual one, and the file does not decide it.
    pub fn default_platform(&self, sel4_arch: SeL4Arch) -> Result<Platform, ImportError> {
        let runs = |data: &PlatformData| data.sel4_arch.contains_key(&sel4_arch);
        let set_up = |data: &PlatformData| self.full.build.contains_key(&data.name);
        let is_usual = |data: &PlatformData| {
            data.sel4_arch
                .get(&sel4_arch)
                .is_some_and(|arch| arch.default_for_target)
        };
        let able: Vec<&PlatformData> = self.platforms().filter(|data| runs(data)).collect();
        let usual = able.iter().find(|data| is_usual(data));
        let mut candidates = able.iter().filter(|data| set_up(data));
        let chosen = match (usual, candidates.next(), candidates.next()) {
            (Some(usual), ..) if set_up(usual) => Some(usual),
            (_, Some(only), None) => Some(only),
            (usual, ..) => usual,
        };
        chosen
            .map(|data| Platform(data.name.clone()))
            .ok_or_else(|| ImportError::NoDefaultPlatform {
                sel4_arch,
                known: able.iter().map(|data| data.name.clone()).collect(),
            })
    }

    /// The name under which the file sets a platform up: the platform's own, or an alias if the
    /// file uses that.
    fn name_in_file(&self, platform: &Platform, data: &PlatformData) -> Platform {
        let by_own_name = !self.full.build.contains_key(&platform.0) && self.full.build.contains_key(&data.name);
        if by_own_name {
            Platform(data.name.clone())
        } else {
            platform.clone()
        }
    }

    /// Resolves it for one architecture, profile and platform.
    ///
    /// # Errors
    /// The platform has no `[build.PLATFORM]`, or does not run that architecture.
    pub fn contextualize(
        &self,
        arch: Arch,
        sel4_arch: SeL4Arch,
        is_debug: bool,
        platform: &Platform,
    ) -> Result<Contextualized, ImportError> {
        let data = self.platform(platform)?;
        if !data.sel4_arch.contains_key(&sel4_arch) {
            return Err(ImportError::NotOnPlatform {
                platform: platform.0.clone(),
                sel4_arch: sel4_arch.to_string(),
                known: data.sel4_arch.keys().map(ToString::to_string).collect(),
            });
        }
        let name = self.name_in_file(platform, data);
        self.resolve(arch, sel4_arch, is_debug, name, self.base_dir())
    }

    /// Resolves it even if the platform is unknown; relative paths count from `base_dir`.
    pub(super) fn resolve(
        &self,
        arch: Arch,
        sel4_arch: SeL4Arch,
        is_debug: bool,
        platform: Platform,
        base_dir: Option<&Path>,
    ) -> Result<Contextualized, ImportError> {
        let resolved = Contextualized::from_full(&self.full, arch, sel4_arch, is_debug, platform, base_dir);
        let mut config = resolved.map_err(|error| match error {
            ImportError::NoBuildTable {
                platform,
                known,
                nearest,
                ..
            } => ImportError::NoBuildTable {
                platform,
                known,
                nearest,
                path: self.path.clone(),
            },
            other => other,
        })?;
        config.asked_at = AskedAt {
            file: self.path.clone(),
            options: self.origins("sel4.config", &config.context),
        };
        let place = self.places.get(&("sel4".to_owned(), "verified".to_owned()));
        if let (Some(verified), Some(place)) = (&mut config.verified, place) {
            let file = self.path.as_deref().map_or("sel4.toml".into(), Path::to_string_lossy);
            verified.at = format!("{file}:{}:{}", place.line, place.column);
        }
        Ok(config)
    }

    /// Which sources follow from the kernel's release.
    pub fn follows_release(&self) -> FollowsRelease {
        self.full.sel4.follows_release
    }

    /// The OpenSBI that `[sel4]` names, if any.
    pub fn opensbi(&self) -> Option<&RepoSource> {
        self.full.sel4.opensbi.as_ref()
    }

    /// Where each option that applies in a context is set: the place that overrides all others.
    /// `section` is `sel4.config` or `metadata`.
    pub fn origins(&self, section: &str, context: &Context) -> BTreeMap<String, Place> {
        let mut origins = BTreeMap::new();
        for table in super::resolve::tables(context) {
            let table = if table.is_empty() {
                section.to_owned()
            } else {
                format!("{section}.{table}")
            };
            for ((_, option), place) in self.places.iter().filter(|(_, place)| place.table == table) {
                origins.insert(option.clone(), place.clone());
            }
        }
        origins
    }
}

impl Contextualized {
    /// Reads a configuration and resolves it for one context; relative paths count from `base_dir`.
    ///
    /// # Errors
    /// The text is not a configuration, or has no `[build.PLATFORM]` for that platform.
    pub fn from_str(
        toml: &str,
        arch: Arch,
        sel4_arch: SeL4Arch,
        is_debug: bool,
        platform: Platform,
        base_dir: Option<&Path>,
    ) -> Result<Self, ImportError> {
        let document = Document::parse(toml, None)?;
        document.resolve(arch, sel4_arch, is_debug, platform, base_dir)
    }
}

/// Adds each board that the file sets up and that only its kernel options describe.
fn add_derived(platforms: &mut BTreeMap<String, PlatformData>, full: &Full) {
    for name in full.build.keys() {
        if platforms.contains_key(name) || platform::lookup(name).is_some() {
            continue;
        }
        let mut options = full.sel4.config.shared.clone();
        options.extend(full.sel4.config.contextual.get(name).cloned().unwrap_or_default());
        if let Some(data) = platform::derived(name, &options) {
            platforms.insert(name.clone(), data);
        }
    }
}
