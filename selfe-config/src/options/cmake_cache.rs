//! `CMakeCache.txt`: the options that CMake settled on.

use super::declared::Declarations;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// An entry of CMakeCache.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// `BOOL`, `STRING`, `INTERNAL`, `UNINITIALIZED` and so on.
    pub kind: String,
    /// The value.
    pub value: String,
}

/// The entries of CMakeCache.txt, by name.
#[derive(Debug, Default)]
pub struct CMakeCache(BTreeMap<String, CacheEntry>);

impl CMakeCache {
    /// Reads CMakeCache.txt of a build directory.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read(build_dir: &Path) -> io::Result<Self> {
        fs::read_to_string(build_dir.join("CMakeCache.txt")).map(|text| Self::parse(&text))
    }

    /// Reads CMakeCache.txt of a tree that selfe built, and translates the paths that the build
    /// saw: those of its tree, of what lies beside it, and of the kernel's sources.
    ///
    /// # Errors
    /// The file can't be read.
    pub(crate) fn read_own(build_dir: &Path, kernel: &Path) -> io::Result<Self> {
        let mut cache = Self::read(build_dir)?;
        let seen = |name: &str| cache.value(name).map(str::to_owned);
        let tree =
            seen("CMAKE_CACHEFILE_DIR").and_then(|tree| tree.rsplit_once('/').map(|(above, _)| above.to_owned()));
        let above = build_dir.parent().unwrap_or(build_dir);
        let pairs = [(tree, above), (seen("KERNEL_PATH"), kernel)];
        for (seen, real) in pairs
            .iter()
            .filter_map(|(seen, real)| Some((seen.as_ref()?, real.to_string_lossy())))
        {
            if !seen.is_empty() && *seen != real {
                let values = cache.0.values_mut();
                values.for_each(|entry| entry.value = entry.value.replace(seen.as_str(), &real));
            }
        }
        Ok(cache)
    }

    pub fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (name, value) = line.split_once('=')?;
            let (name, kind) = name.rsplit_once(':')?;
            let comment = name.starts_with('#') || name.starts_with("//");
            // A value that begins or ends with a space is in quotation marks.
            let quoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let entry = CacheEntry {
                kind: kind.to_owned(),
                value: quoted.unwrap_or(value).to_owned(),
            };
            (!comment).then(|| (name.trim_matches('"').to_owned(), entry))
        };
        CMakeCache(text.lines().filter_map(entry).collect())
    }

    /// The entry of that name.
    pub fn get(&self, name: &str) -> Option<&CacheEntry> {
        self.0.get(name)
    }

    /// Every entry by name.
    #[cfg(feature = "run")]
    pub fn entries(&self) -> impl Iterator<Item = (&str, &CacheEntry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(|entry| entry.value.as_str())
    }

    /// The options of the kernel and libsel4 as settled; CMake's booleans become `ON` and `OFF`.
    pub fn settled(&self, declared: &Declarations) -> BTreeMap<String, String> {
        let of_kernel = self
            .0
            .iter()
            .filter(|(name, entry)| declared.contains(name) && entry.kind != "UNINITIALIZED");
        of_kernel
            .map(|(name, entry)| (name.clone(), canonical(&entry.value).to_owned()))
            .collect()
    }
}

/// Reduces CMake's many words for true and false to two; other text stays as it is.
pub(crate) fn canonical(value: &str) -> &str {
    match value.to_ascii_uppercase().as_str() {
        "ON" | "TRUE" | "YES" | "Y" => "ON",
        "OFF" | "FALSE" | "NO" | "N" => "OFF",
        _ => value,
    }
}
