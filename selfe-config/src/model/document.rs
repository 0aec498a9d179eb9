//! A configuration together with where it stands: its file, and the line of each of its options.

use super::contextualized::{Context, Contextualized};
use super::error::{ImportError, line_column};
use super::full::Full;
use super::read::read;
use super::reader::Source;
use super::{Arch, Platform, SeL4Arch};
use crate::platform::{self, PlatformData};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The configuration that serves where a project has none of its own.
pub const DEFAULT_TEXT: &str = include_str!("../../default.sel4.toml");

/// A configuration with its file and the places in it.
#[derive(Debug, Clone)]
pub struct Document {
    path: Option<PathBuf>,
    full: Full,
    platforms: BTreeMap<String, PlatformData>,
    places: BTreeMap<String, Place>,
}

/// Where an option stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table, such as `sel4.config.debug`.
    pub table: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// It can't be read, is not UTF-8, no TOML, or not of sel4.toml's form.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let bytes = std::fs::read(path).map_err(|source| ImportError::Read {
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
    /// It is no TOML, or not of sel4.toml's form.
    pub fn parse(text: &str, path: Option<&Path>) -> Result<Self, ImportError> {
        let contents = read(Source { text, path })?;
        let places = contents.places.into_iter().map(|(name, at)| {
            let (line, column) = line_column(text, at);
            let table = name
                .rsplit_once('.')
                .map_or_else(String::new, |(table, _)| table.to_owned());
            (name, Place { table, line, column })
        });
        Ok(Document {
            path: path.map(Path::to_owned),
            places: places.collect(),
            full: contents.full,
            platforms: contents.platforms,
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

    /// What it says, for every platform.
    pub fn full(&self) -> &Full {
        &self.full
    }

    /// The platform of that name: one of the file's own `[platform.NAME]`, else one of selfe's.
    ///
    /// # Errors
    /// There is none.
    pub fn platform(&self, name: &Platform) -> Result<&PlatformData, ImportError> {
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

    /// Every platform that a build of this configuration can choose: selfe's and the file's own.
    pub fn platforms(&self) -> impl Iterator<Item = &PlatformData> {
        let own = |data: &&PlatformData| !self.platforms.contains_key(&data.name);
        platform::all().iter().filter(own).chain(self.platforms.values())
    }

    /// What it says for one architecture, profile and platform.
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
        let resolved =
            Contextualized::from_full(&self.full, arch, sel4_arch, is_debug, platform.clone(), self.base_dir());
        resolved.map_err(|error| match error {
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
        })
    }

    /// Where each option that applies in a context was given: the place that overrides all others.
    /// `section` is `sel4.config` or `metadata`.
    pub fn origins(&self, section: &str, context: &Context) -> BTreeMap<String, Place> {
        let mut origins = BTreeMap::new();
        for table in super::resolve::tables(context) {
            let table = if table.is_empty() {
                section.to_owned()
            } else {
                format!("{section}.{table}")
            };
            for place in self.places.iter().filter(|(_, place)| place.table == table) {
                let option = place.0.rsplit('.').next().unwrap_or(place.0);
                origins.insert(option.to_owned(), place.1.clone());
            }
        }
        origins
    }
}
