//! What lies in the cache, and what of it can go.

use super::names::{KINDS, SOURCES, is_key, is_repository};
use super::place::clear;
use super::record::{Damage, MARKER};
use super::seen::is_over;
use super::{Cache, CacheError, DAY, Entry, write_unsynced};
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
    /// They are not, and this user may not remove it.
    Damaged(Vec<Damage>),
    /// Somebody makes it just now.
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
    /// Reads every file of a complete entry; where one is not what it was, the entry is removed. In a cache that this user may only
    /// read it stays.
    ///
    /// # Errors
    /// It can't be removed.
    pub fn verify(&self) -> Result<Verdict, CacheError> {
        let lock = self.entry.try_lock();
        if let Ok(None) = lock {
            return Ok(Verdict::InUse);
        }
        match self.entry.damages() {
            // Not complete: the next use makes it anew.
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

/// The names of the entries of one kind: each has a marker or, from the first attempt to make it on, a lock.
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

    /// Makes all that belongs to an entry old.
    fn grow_old(entry: &Entry) {
        let then = SystemTime::now() - DAYS_100;
        let times = FileTimes::new().set_accessed(then).set_modified(then);
        for ending in ["", ".seen", "/file", "/complete.toml"] {
            let path = format!("{}{ending}", entry.dir.display());
            File::open(path).unwrap().set_times(times).unwrap();
        }
    }

    const OLD: &str = "0000000000000000000000000000000000000000";
    const YOUNG: &str = "1111111111111111111111111111111111111111";
    const REPOSITORY: &str = "src/0123456789abcdef";

    #[test]
    fn folders_of_the_user_s_are_not_entries() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        // SELFE_CACHE_DIR may be anything: a home folder, target/, the folder of everybody's caches.
        let others = [
            "Documents/thesis".to_owned(),
            "src/project/.git".to_owned(),
            "src/project.lock".to_owned(),
            "src/0123456789abcdef/left".to_owned(),
            "build/project".to_owned(),
            format!("build/{OLD}"),
            format!("other/{OLD}"),
            format!("other/{OLD}.lock"),
            "debug/build".to_owned(),
            "python/3.13".to_owned(),
            "tmp/4000000-0".to_owned(),
        ];
        for other in &others {
            fs::create_dir_all(dir.path().join(other)).unwrap();
        }
        // The first fetch from a repository: its folder is there, and the entry is not.
        let first = cache.entry(REPOSITORY, YOUNG);
        fs::write(first.dir.with_extension("lock"), "").unwrap();
        let keys: Vec<_> = cache.entries().into_iter().map(|one| (one.kind, one.key)).collect();
        assert_eq!(keys, [(REPOSITORY.to_owned(), YOUNG.to_owned())]);
        made(&cache, "build", YOUNG, "");
        let removed = cache.prune(Some(Duration::ZERO), Some(0), false);
        assert_eq!(removed.len(), 2);
        Cache::at(dir.path()).unwrap();
        for other in &others {
            assert!(dir.path().join(other).is_dir(), "{other}");
        }
    }

    #[test]
    fn what_nobody_used_goes_once_a_day_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let keys = |cache: &Cache| cache.entries().into_iter().map(|one| one.key).collect::<Vec<_>>();
        made(&cache, REPOSITORY, YOUNG, "url = 'u'\ncommit = 'c'\n");
        let old = made(&cache, REPOSITORY, OLD, "url = 'u'\ncommit = 'c'\n");
        grow_old(&old);
        // Somebody who links reads a file of it.
        fs::read(old.dir.join("file")).unwrap();
        File::open(old.dir.join("file"))
            .unwrap()
            .set_times(FileTimes::new().set_accessed(SystemTime::now()))
            .unwrap();
        cache.tidy_daily();
        assert_eq!(keys(&cache), [OLD, YOUNG]);
        grow_old(&old);
        cache.tidy_daily();
        assert_eq!(keys(&cache), [OLD, YOUNG], "today it was tidied");
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        {
            let _held = old.lock_if_free().unwrap();
            cache.tidy_daily();
            assert_eq!(keys(&cache), [OLD, YOUNG], "somebody holds it");
        }
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        // A use, though nothing was read.
        assert!(old.whole(|_| true).is_some());
        cache.tidy_daily();
        assert_eq!(keys(&cache), [OLD, YOUNG], "it was used");
        fs::remove_file(dir.path().join("last-tidied")).unwrap();
        grow_old(&old);
        cache.tidy_daily();
        assert_eq!(keys(&cache), [YOUNG]);
        let left: Vec<_> = fs::read_dir(dir.path().join(REPOSITORY)).unwrap().collect();
        assert_eq!(left.len(), 3, "nothing is left of it: {left:?}");
        made(&cache, REPOSITORY, OLD, "url = 'u'\ncommit = 'c'\n");
    }

    #[test]
    fn the_least_used_go_until_the_rest_fits() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let manifest = "platform = 'pc99'\nsel4_arch = 'x86_64'\nkernel_version = '16.0.0'\nis_debug = true\n";
        made(&cache, "build", YOUNG, manifest);
        grow_old(&made(&cache, "build", OLD, "x = 1"));
        let all = cache.entries();
        assert_eq!(all[1].what.as_deref(), Some("seL4 16.0.0 for pc99 (x86_64, debug)"));
        let total: u64 = all.iter().map(|one| one.size).sum();
        assert!(total >= 20_000);
        let pruned = |most, is_dry| {
            let pruned = cache.prune(None, Some(most), is_dry).into_iter();
            pruned.map(|one| one.key).collect::<Vec<_>>()
        };
        assert!(pruned(total, false).is_empty());
        assert_eq!(pruned(total - 1, true), [OLD]);
        assert_eq!(pruned(total - 1, false), [OLD]);
        assert_eq!(pruned(0, false), [YOUNG]);
        assert!(cache.entries().is_empty());
    }

    #[test]
    fn what_is_damaged_is_told_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let entry = made(&cache, "build", OLD, "");
        assert!(matches!(cache.entries()[0].verify(), Ok(Verdict::Whole)));
        fs::write(entry.dir.join("file"), "").unwrap();
        match cache.entries()[0].verify().unwrap() {
            Verdict::Removed(damages) => assert_eq!(damages[0].to_string(), "file has another size"),
            other => panic!("{other:?}"),
        }
        assert!(!entry.dir.exists());
    }

    #[test]
    fn damage_is_told_where_nothing_may_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let entry = made(&cache, "build", OLD, "");
        // Stands for a lock that this user may not open; root may open all others.
        let lock = entry.dir.with_extension("lock");
        fs::remove_file(&lock).unwrap();
        std::os::unix::fs::symlink("/nowhere/lock", &lock).unwrap();
        assert!(matches!(cache.entries()[0].verify(), Ok(Verdict::Whole)));
        fs::write(entry.dir.join("file"), "").unwrap();
        let verdict = cache.entries()[0].verify().unwrap();
        assert!(matches!(verdict, Verdict::Damaged(damages) if damages.len() == 1));
        assert!(entry.marker().is_file());
    }
}
