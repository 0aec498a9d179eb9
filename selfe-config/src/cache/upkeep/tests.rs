//! Tests of `upkeep.rs`.

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

/// Makes everything that belongs to an entry old.
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
    // The first fetch from a repository: its folder exists, the entry does not.
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
    // Linking reads a file of it.
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
    // A use, although no file was read.
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
    // Stands for a lock that this user may not open; root may open every other one.
    let lock = entry.dir.with_extension("lock");
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink("/nowhere/lock", &lock).unwrap();
    assert!(matches!(cache.entries()[0].verify(), Ok(Verdict::Whole)));
    fs::write(entry.dir.join("file"), "").unwrap();
    let verdict = cache.entries()[0].verify().unwrap();
    assert!(matches!(verdict, Verdict::Damaged(damages) if damages.len() == 1));
    assert!(entry.marker().is_file());
}
