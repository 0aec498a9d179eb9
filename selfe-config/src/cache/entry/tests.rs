//! Tests of `entry.rs`.

use super::*;
use crate::cache::Cache;
use crate::progress::Silent;

#[test]
fn an_entry_is_made_once_and_a_half_made_one_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let entry = cache.entry("kind", "key");
    fs::create_dir_all(&entry.dir).unwrap();
    fs::write(entry.dir.join("left-over"), "").unwrap();
    let failed = entry.get_or_make(&Silent, |_| true, |_| Err(CacheError::NoFolder));
    assert!(failed.is_err() && entry.complete().is_none());
    let made = entry.get_or_make::<CacheError>(
        &Silent,
        |_| true,
        |dir| {
            assert_eq!(fs::read_dir(dir).unwrap().count(), 0, "a half-made entry is emptied");
            Ok("first".to_owned())
        },
    );
    assert_eq!(made.unwrap(), "first");
    let again = entry.get_or_make::<CacheError>(&Silent, |_| true, |_| unreachable!("it is complete"));
    assert_eq!(again.unwrap(), "first");
    assert!(dir.path().join("CACHEDIR.TAG").exists());
}

#[test]
fn two_at_once_make_it_once() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let made = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let text = cache.entry("kind", "key").get_or_make::<CacheError>(
                    &Silent,
                    |_| true,
                    |_| {
                        made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        std::thread::sleep(std::time::Duration::from_millis(50));
                        Ok("text".to_owned())
                    },
                );
                assert_eq!(text.unwrap(), "text");
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
}

#[test]
fn a_damaged_entry_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    for expected in ["first", "second"] {
        let made = entry.get_or_move_in::<CacheError>(
            &Silent,
            |text| text == "second",
            |dir| {
                fs::write(dir.join("file"), expected).unwrap();
                Ok(expected.to_owned())
            },
        );
        assert_eq!(made.unwrap(), expected);
    }
    assert_eq!(fs::read_to_string(entry.dir.join("file")).unwrap(), "second");
}

#[test]
fn what_is_moved_in_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    fs::create_dir_all(dir.path().join("tmp/4000000-0/entry")).unwrap();
    fs::write(dir.path().join("tmp/4000000-0.lock"), "").unwrap();
    let failed = entry.get_or_move_in(&Silent, |_| true, |_| Err(CacheError::NoFolder));
    assert!(failed.is_err() && !entry.dir.exists());
    let made = entry.get_or_move_in::<CacheError>(&Silent, |_| true, |_| Ok(String::new()));
    assert!(made.is_ok() && entry.complete().is_some());
    let mut names: Vec<_> = fs::read_dir(dir.path().join("kind"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["key", "key.lock", "key.seen"]);
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

fn made(entry: &Entry, text: &str) -> String {
    let make = |dir: &Path| {
        fs::create_dir(dir.join("sub")).unwrap();
        fs::write(dir.join("sub/file"), text).unwrap();
        Ok::<_, CacheError>(text.to_owned())
    };
    entry.get_or_make(&Silent, |_| true, make).unwrap()
}

#[test]
fn whatever_became_of_a_whole_entry_it_is_made_again() {
    let harms: &[fn(&Entry)] = &[
        |entry| fs::write(entry.dir.join("sub/file"), "").unwrap(),
        |entry| fs::write(entry.dir.join("sub/file"), "other").unwrap(),
        |entry| fs::write(entry.dir.join("sub/more"), "").unwrap(),
        |entry| fs::remove_dir_all(entry.dir.join("sub")).unwrap(),
        |entry| fs::write(entry.marker(), "").unwrap(),
        |entry| {
            let marker = fs::read(entry.marker()).unwrap();
            fs::write(entry.marker(), &marker[..marker.len() / 2]).unwrap();
        },
        |entry| {
            fs::remove_dir_all(&entry.dir).unwrap();
            fs::write(&entry.dir, "a plain file").unwrap();
        },
        |entry| {
            fs::remove_dir_all(&entry.dir).unwrap();
            std::os::unix::fs::symlink("nowhere", &entry.dir).unwrap();
        },
        |entry| {
            fs::remove_dir_all(&entry.kind).unwrap();
            fs::write(&entry.kind, "a plain file").unwrap();
        },
        |entry| {
            fs::remove_dir_all(&entry.dir).unwrap();
            fs::remove_file(&entry.lock).unwrap();
            fs::create_dir_all(entry.lock.join("folder")).unwrap();
            fs::create_dir_all(entry.log.join("folder")).unwrap();
        },
        |entry| {
            fs::remove_dir_all(&entry.dir).unwrap();
            fs::remove_file(&entry.lock).unwrap();
            let pipe = std::process::Command::new("mkfifo").arg(&entry.lock).status();
            assert!(pipe.unwrap().success());
        },
        |entry| {
            fs::remove_file(entry.marker()).unwrap();
            let pipe = std::process::Command::new("mkfifo").arg(entry.marker()).status();
            assert!(pipe.unwrap().success());
        },
    ];
    for (number, harm) in harms.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
        assert_eq!(made(&entry, "first"), "first");
        assert_eq!(made(&entry, "again"), "first");
        harm(&entry);
        assert_eq!(made(&entry, "healed"), "healed", "harm {number}");
        assert_eq!(fs::read_to_string(entry.dir.join("sub/file")).unwrap(), "healed");
        assert!(!entry.log.is_dir());
    }
}

#[test]
fn a_pipe_in_place_of_a_lock_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    made(&entry, "first");
    fs::remove_file(&entry.lock).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(&entry.lock).status();
    assert!(pipe.unwrap().success());
    assert!(entry.lock_if_free().is_some());
    assert!(entry.lock.is_file());
}

#[test]
fn a_use_is_marked_though_no_file_was_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    entry.mark_used();
    assert!(entry.last_use().is_none(), "it is not there");
    made(&entry, "first");
    let then = SystemTime::now() - 100 * DAY;
    let file = File::options().append(true).open(entry.seen.path()).unwrap();
    file.set_modified(then).unwrap();
    assert!(entry.seen.is_old());
    entry.mark_used();
    assert!(!entry.seen.is_old());
    // Of a cache that was copied, perhaps.
    fs::remove_file(entry.seen.path()).unwrap();
    entry.mark_used();
    assert!(entry.seen.last_use().is_some());
    assert!(entry.is_whole());
}

#[test]
fn a_file_is_read_again_only_where_something_wrote_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    made(&entry, "first");
    let sealed = fs::read_to_string(entry.marker()).unwrap();
    let now = || record::fingerprint(&entry.dir, &sealed).unwrap();
    assert!(entry.seen.knows(&now()));
    // The same bytes at another time.
    fs::write(entry.dir.join("sub/file"), "first").unwrap();
    assert!(!entry.seen.knows(&now()));
    assert_eq!(entry.whole(|_| true).as_deref(), Some("first"));
    assert!(entry.seen.knows(&now()));
}

#[test]
#[cfg(feature = "run")]
fn what_is_changed_in_place_is_whole_as_it_was_left() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    let made = std::cell::Cell::new(0);
    let link = |program: &str, is_killed: bool| {
        let make = |dir: &Path| {
            made.set(made.get() + 1);
            fs::write(dir.join("tree"), "configured").unwrap();
            Ok::<_, CacheError>("text".to_owned())
        };
        let work = |dir: &Path, text: &str| {
            assert_eq!(text, "text");
            fs::write(dir.join("program"), program).unwrap();
            match is_killed {
                // Leaves without cleaning up, as a kill does.
                true => std::panic::resume_unwind(Box::new(())),
                false => Ok(fs::read_to_string(dir.join("tree")).unwrap()),
            }
        };
        entry.get_or_make_and_change(&Silent, |_| true, make, work)
    };
    for program in ["one", "two", "two"] {
        assert_eq!(link(program, false).unwrap(), "configured");
    }
    assert_eq!(made.get(), 1);
    fs::write(entry.dir.join("program"), "").unwrap();
    assert_eq!(link("two", false).unwrap(), "configured");
    assert_eq!(made.get(), 2, "a damaged program");
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| link("three", true)));
    assert!(killed.is_err() && entry.complete().is_none());
    assert_eq!(link("three", false).unwrap(), "configured");
    assert_eq!(made.get(), 3, "a killed link");
}

#[test]
fn the_lock_outlives_its_holder_in_the_programs_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let entry = Cache::at(dir.path()).unwrap().entry("kind", "key");
    let mut child = None;
    let failed = entry.get_or_make(
        &Silent,
        |_| true,
        |_| {
            child = std::process::Command::new("sleep").arg("0.3").spawn().ok();
            Err(CacheError::NoFolder)
        },
    );
    assert!(failed.is_err());
    let made = entry.get_or_make::<CacheError>(&Silent, |_| true, |_| Ok(String::new()));
    assert!(made.is_ok());
    let status = child.unwrap().try_wait().unwrap();
    assert!(
        status.is_some(),
        "the folder was made while the first one's program still ran"
    );
}
