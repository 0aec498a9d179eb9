//! What lies in the cache, and what of it can go.

use super::place::clear;
use super::record::{Damage, MARKER};
use super::seen::is_over;
use super::{Cache, CacheError, DAY, Entry, TMP, write_unsynced};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Entries that nobody has used for so long go by themselves.
pub const UNUSED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// One entry, as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Such as `build`.
    pub kind: String,
    /// Its name.
    pub key: String,
    /// What it is, in a few words; none for what was never completed.
    pub what: Option<String>,
    /// The bytes that it takes on the disk.
    pub size: u64,
    /// When it was last used, as far as that is known.
    pub last_use: Option<SystemTime>,
    entry: Entry,
}

/// What became of a look at an entry.
#[derive(Debug)]
pub enum Verdict {
    /// Its files are what they were.
    Whole,
    /// They are not, and it was removed.
    Removed(Vec<Damage>),
    /// Somebody makes it just now.
    InUse,
    /// It can't be read.
    Unreadable(io::Error),
}

impl Cache {
    /// Every entry, by kind and name.
    pub fn entries(&self) -> Vec<Listed> {
        let mut all = Vec::new();
        for kind in folders(self.root()).into_iter().filter(|kind| kind != TMP) {
            for name in names(&self.root().join(&kind)) {
                let dir = self.root().join(&kind).join(&name);
                // The sources of a repository lie one folder deeper.
                let has_entries = !dir.join(MARKER).exists()
                    && folders(&dir).iter().any(|below| {
                        dir.join(below).join(MARKER).exists() || dir.join(format!("{below}.lock")).exists()
                    });
                if has_entries {
                    let kind = format!("{kind}/{name}");
                    all.extend(names(&dir).into_iter().map(|name| self.listed(&kind, &name)));
                } else {
                    all.push(self.listed(&kind, &name));
                }
            }
        }
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

    /// Removes entries that were not used for so long, then those that were not used for the longest until the rest takes no more
    /// than so many bytes, and says which. What was never completed goes after a day. An entry that is being made stays.
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
            // Looked at again when nobody else can begin to use it.
            let is_gone = is_dry || one.entry.remove_if(|entry| is_too_much || is_due(entry));
            if is_gone {
                total -= one.size;
                removed.push(one);
            }
        }
        removed
    }

    /// Once a day, removes what nobody has used for [`UNUSED`]. Nothing depends on it, so it fails in silence.
    pub fn tidy_daily(&self) {
        let stamp = self.root().join("last-tidied");
        let last = fs::metadata(&stamp).and_then(|meta| meta.modified());
        if last.is_ok_and(|last| !is_over(last, DAY)) || write_unsynced(&stamp, b"").is_err() {
            return;
        }
        self.prune(Some(UNUSED), None, false);
    }
}

impl Listed {
    /// Reads every file of a complete entry; where one is not what it was, the entry is removed.
    ///
    /// # Errors
    /// It can't be removed.
    pub fn verify(&self) -> Result<Verdict, CacheError> {
        let Some(_lock) = self.entry.lock_if_free() else {
            return Ok(Verdict::InUse);
        };
        match self.entry.damages() {
            // Not complete: the next use makes it anew.
            None => Ok(Verdict::Whole),
            Some(Err(error)) => Ok(Verdict::Unreadable(error)),
            Some(Ok(damages)) if damages.is_empty() => Ok(Verdict::Whole),
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

/// The names of the entries of one kind; of some that were never made only the lock is left.
fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let all = entries.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".lock") {
            Some(key) => Some(key.to_owned()),
            None => entry.path().is_dir().then_some(name),
        }
    });
    all.collect()
}

/// The bytes that a folder takes on the disk.
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

/// When any file of a folder was last read, as far as the file system keeps that: a linker reads libsel4.a though no build script runs.
/// The marker is not asked: whoever lists the cache reads it.
pub fn last_read(dir: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let others = entries.filter(|entry| entry.file_name() != MARKER);
    let times = others.filter_map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => last_read(&entry.path()),
        Ok(meta) => meta.accessed().ok(),
        Err(_) => None,
    });
    times.max()
}

/// What an entry is, from what its maker wrote into the marker.
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
mod tests {
    use super::*;
    use crate::progress::Silent;
    use std::fs::{File, FileTimes};

    const DAYS_100: Duration = Duration::from_secs(100 * 24 * 60 * 60);

    fn made(cache: &Cache, kind: &str, key: &str, text: &str) -> Entry {
        let entry = cache.entry(kind, key);
        let make = |dir: &Path| {
            fs::write(dir.join("file"), vec![1; 10_000]).unwrap();
            Ok::<_, CacheError>(text.to_owned())
        };
        entry.get_or_make(&Silent, |_| true, make).unwrap();
        entry
    }

    fn grow_old(entry: &Entry, what: &[&str]) {
        let then = SystemTime::now() - DAYS_100;
        let times = FileTimes::new().set_accessed(then).set_modified(then);
        for path in what.iter().map(|name| entry.dir.with_file_name(name)) {
            File::open(path).unwrap().set_times(times).unwrap();
        }
    }

    const ALL: &[&str] = &["old", "old.seen", "old/file", "old/complete.toml"];

    #[test]
    fn what_nobody_used_goes_once_a_day_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let keys = |cache: &Cache| cache.entries().into_iter().map(|one| one.key).collect::<Vec<_>>();
        made(&cache, "src/repository", "young", "url = 'u'\ncommit = 'c'\n");
        let old = made(&cache, "src/repository", "old", "url = 'u'\ncommit = 'c'\n");
        grow_old(&old, ALL);
        // Somebody who links reads a file of it.
        fs::read(old.dir.join("file")).unwrap();
        File::open(old.dir.join("file"))
            .unwrap()
            .set_times(FileTimes::new().set_accessed(SystemTime::now()))
            .unwrap();
        cache.tidy_daily();
        assert_eq!(keys(&cache), ["old", "young"]);
        grow_old(&old, ALL);
        cache.tidy_daily();
        assert_eq!(keys(&cache), ["old", "young"], "today it was tidied");
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        {
            let _held = old.lock_if_free().unwrap();
            cache.tidy_daily();
            assert_eq!(keys(&cache), ["old", "young"], "somebody holds it");
        }
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        // A use, though nothing was read.
        assert!(old.whole(|_| true).is_some());
        cache.tidy_daily();
        assert_eq!(keys(&cache), ["old", "young"], "it was used");
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        grow_old(&old, ALL);
        cache.tidy_daily();
        assert_eq!(keys(&cache), ["young"]);
        let left: Vec<_> = fs::read_dir(dir.path().join("src/repository")).unwrap().collect();
        assert_eq!(left.len(), 3, "nothing is left of it: {left:?}");
        made(&cache, "src/repository", "old", "url = 'u'\ncommit = 'c'\n");
    }

    #[test]
    fn the_least_used_go_until_the_rest_fits() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let manifest = "platform = 'pc99'\nsel4_arch = 'x86_64'\nkernel_version = '16.0.0'\nis_debug = true\n";
        made(&cache, "build", "young", manifest);
        grow_old(&made(&cache, "build", "old", "x = 1"), ALL);
        let all = cache.entries();
        assert_eq!(all[1].what.as_deref(), Some("seL4 16.0.0 for pc99 (x86_64, debug)"));
        let total: u64 = all.iter().map(|one| one.size).sum();
        assert!(total >= 20_000);
        let pruned = |most, is_dry| {
            let pruned = cache.prune(None, Some(most), is_dry).into_iter();
            pruned.map(|one| one.key).collect::<Vec<_>>()
        };
        assert!(pruned(total, false).is_empty());
        assert_eq!(pruned(total - 1, true), ["old"]);
        assert_eq!(pruned(total - 1, false), ["old"]);
        assert_eq!(pruned(0, false), ["young"]);
        assert!(cache.entries().is_empty());
    }

    #[test]
    fn what_is_damaged_is_told_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let entry = made(&cache, "build", "key", "");
        assert!(matches!(cache.entries()[0].verify(), Ok(Verdict::Whole)));
        fs::write(entry.dir.join("file"), "").unwrap();
        match cache.entries()[0].verify().unwrap() {
            Verdict::Removed(damages) => assert_eq!(damages[0].to_string(), "file has another size"),
            other => panic!("{other:?}"),
        }
        assert!(!entry.dir.exists());
    }
}
