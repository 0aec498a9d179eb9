//! The contents of the cache, and which of them can be removed.

use super::clear::clear;
use super::names::{KINDS, SOURCES, is_key, is_repository};
use super::record::{Damage, MARKER};
use super::seen::is_over;
use super::{Cache, CacheError, DAY, Entry, write_unsynced};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Entries that nobody has used for that long are removed automatically.
pub const UNUSED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// An entry, as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Such as `build`.
    pub kind: String,
    /// Its name.
    pub key: String,
    /// What it is, in a few words; none for an incomplete entry.
    pub what: Option<String>,
    /// Its size on disk, in bytes.
    pub size: u64,
    /// When it was last used, if known.
    pub last_use: Option<SystemTime>,
    entry: Entry,
}

/// The result of checking an entry.
#[derive(Debug)]
pub enum Verdict {
    /// Its files are unchanged.
    Whole,
    /// Files have changed, and it was removed.
    Removed(Vec<Damage>),
    /// Files have changed, and this user may not remove it.
    Damaged(Vec<Damage>),
    /// It is being made now.
    InUse,
    /// It can't be read.
    Unreadable(io::Error),
}

impl Cache {
    /// Every entry, by kind and name.
    pub fn entries(&self) -> Vec<Listed> {
        let repositories = folders(&self.root().join(SOURCES)).into_iter();
        let repositories = repositories.filter(|name| is_repository(name));
        let sources = repositories.map(|name| format!("{SOURCES}/{name}"));
        let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).chain(sources);
        let mut all: Vec<Listed> = kinds
            .flat_map(|kind| {
                let names = names(&self.root().join(&kind)).into_iter();
                names.map(move |name| self.listed(&kind, &name)).collect::<Vec<_>>()
            })
            .collect();
        all.sort_by(|one, other| (&one.kind, &one.key).cmp(&(&other.kind, &other.key)));
        all
    }

    fn listed(&self, kind: &str, key: &str) -> Listed {
        let entry = self.entry(kind, key);
        Listed {
            kind: kind.to_owned(),
            key: key.to_owned(),
            what: entry.complete().map(|text| words(&text)),
            size: size(&entry.dir),
            last_use: entry.last_use(),
            entry,
        }
    }

    /// Removes entries that were not used for that long, then those that were unused for the
    /// longest until the rest takes no more than that many bytes. Returns what was removed.
    /// Incomplete entries are removed after a day; one that is being made stays.
    pub fn prune(&self, unused: Option<Duration>, most: Option<u64>, is_dry: bool) -> Vec<Listed> {
        let mut all = self.entries();
        all.sort_by_key(|one| one.last_use);
        let mut total: u64 = all.iter().map(|one| one.size).sum();
        let mut removed = Vec::new();
        for one in all {
            let limit = if one.what.is_none() { Some(DAY) } else { unused };
            let is_due = |entry: &Entry| limit.is_some_and(|limit| entry.is_unused_for(limit));
            let is_too_much = most.is_some_and(|most| total > most);
            if !is_too_much && !is_due(&one.entry) {
                continue;
            }
            // Checked again when nobody else can start using it.
            let is_gone = is_dry || one.entry.remove_if(|entry| is_too_much || is_due(entry));
            if is_gone {
                total -= one.size;
                removed.push(one);
            }
        }
        removed
    }

    /// Removes what nobody has used for [`UNUSED`], once a day. Nothing depends on it, so it fails
    /// silently.
    pub(crate) fn tidy_daily(&self) {
        let stamp = self.root().join("last-tidied");
        let last = fs::metadata(&stamp).and_then(|meta| meta.modified());
        if last.is_ok_and(|last| !is_over(last, DAY)) || write_unsynced(&stamp, b"").is_err() {
            return;
        }
        self.prune(Some(UNUSED), None, false);
    }
}

impl Listed {
    /// Reads every file of a complete entry, and removes the entry if one has changed. In a cache
    /// that is read-only for this user it stays.
    ///
    /// # Errors
    /// It can't be removed.
    pub fn verify(&self) -> Result<Verdict, CacheError> {
        let lock = self.entry.try_lock();
        if let Ok(None) = lock {
            return Ok(Verdict::InUse);
        }
        match self.entry.damages() {
            // Not complete: the next use makes it again.
            None => Ok(Verdict::Whole),
            Some(Err(error)) => Ok(Verdict::Unreadable(error)),
            Some(Ok(damages)) if damages.is_empty() => Ok(Verdict::Whole),
            Some(Ok(damages)) if lock.is_err() => Ok(Verdict::Damaged(damages)),
            Some(Ok(damages)) => {
                clear(&self.entry.marker())?;
                clear(&self.entry.dir)?;
                Ok(Verdict::Removed(damages))
            }
        }
    }
}

/// The names of the folders in a folder.
fn folders(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The names of the entries of one kind: each has a marker or, from the first attempt to make it
/// on, a lock.
fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let all = entries.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".lock") {
            Some(key) => Some(key.to_owned()),
            None => entry.path().join(MARKER).exists().then_some(name),
        }
    });
    all.filter(|name| is_key(name)).collect()
}

/// The size of a folder on disk, in bytes.
fn size(dir: &Path) -> u64 {
    const BLOCK: u64 = 512;
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size(&entry.path()),
        Ok(meta) => meta.blocks() * BLOCK,
        Err(_) => 0,
    });
    sizes.sum()
}

/// What an entry is, according to its maker's text in the marker.
fn words(text: &str) -> String {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let word = |key: &str| table.get(key).and_then(toml::Value::as_str);
    if let (Some(platform), Some(sel4_arch)) = (word("platform"), word("sel4_arch")) {
        let is_debug = table.get("is_debug").and_then(toml::Value::as_bool).unwrap_or_default();
        let profile = if is_debug { "debug" } else { "release" };
        let version = word("kernel_version").or(word("release")).unwrap_or_default();
        return format!("seL4 {version} for {platform} ({sel4_arch}, {profile})");
    }
    if let (Some(url), Some(commit)) = (word("url"), word("commit")) {
        return format!("{url} at {}", commit.get(..12).unwrap_or(commit));
    }
    if let Some(value) = word("requirement").or(word("source")) {
        return value.to_owned();
    }
    let platform = text
        .lines()
        .find_map(|line| line.strip_prefix("KernelPlatform:STRING="));
    platform.map_or_else(String::new, |platform| {
        format!("a kernel's configuration for {platform}")
    })
}

#[cfg(test)]
mod tests;
