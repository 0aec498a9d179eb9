//! Builds that are killed, starved, given garbage or run twice at once, on the fixture kernel with
//! real git, CMake and Ninja.

mod support;

use selfe_config::build;
use selfe_config::cache::{Cache, CacheError};
use selfe_config::kernel::{KernelError, find};
use selfe_config::listing;
use selfe_config::model::{Arch, Platform, SeL4Arch};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use support::{Notes, build, build_with, document, fixture, git, repository, tag};

/// The child's side of the tests that need a process of their own.
#[test]
fn child() {
    support::be_child();
}

fn spawn(cache: &Path, kernel: &str, options: &str) -> Child {
    support::child(cache, kernel, options).spawn().unwrap()
}

#[test]
fn one_build_serves_all_who_want_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let first = build(&cache, &document(&kernel, "")).unwrap();
    let notes = Notes::default();
    let second = build_with(&cache, &document(&kernel, ""), &notes).unwrap();
    assert_eq!(first, second);
    assert_eq!(notes.lines(), Vec::<String>::new(), "nothing is to be done");
    let other = build(&cache, &document(&kernel, "FixtureSeconds = '00'")).unwrap();
    assert_ne!(other.manifest.key, first.manifest.key);
    assert!(first.manifest.kernel_elf.unwrap().is_file() && first.manifest.libsel4.is_file());
    // The repository is not needed any more.
    fs::remove_dir_all(dir.path().join("kernel.git")).unwrap();
    assert_eq!(build(&cache, &document(&kernel, "")).unwrap(), second);
}

#[test]
fn two_at_once_build_once() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let count = dir.path().join("count");
    let options = format!("FixtureSeconds = '1';FixtureCount = '{}'", count.display());
    let cache = dir.path().join("cache");
    let children: Vec<Child> = (0..3).map(|_| spawn(&cache, &kernel, &options)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(fs::read_to_string(count).unwrap().lines().count(), 1);
}

#[test]
fn a_killed_build_leaves_nothing_that_is_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let cache = dir.path().join("cache");
    let options = "FixtureSeconds = '1'";
    let mut killed = 0;
    for milliseconds in [5, 20, 50, 100, 200, 500, 900, 1100, 1300, 1500] {
        let mut child = spawn(&cache, &kernel, options);
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().signal() == Some(9));
    }
    assert!(killed > 0, "every child had ended before it was killed");
    let built = build(&Cache::at(&cache).unwrap(), &document(&kernel, options)).unwrap();
    assert!(built.manifest.kernel_elf.unwrap().is_file() && built.manifest.libsel4.is_file());
}

#[test]
fn a_failing_compiler_is_quoted_and_the_log_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let error = build(&cache, &document(&kernel, "FixtureFails = true"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("building seL4 for fixture (x86_64) failed"), "{error}");
    assert!(error.contains("the fixture was asked to fail"), "{error}");
    let log = error
        .lines()
        .find_map(|line| line.strip_prefix("the whole log is "))
        .unwrap();
    assert!(
        fs::read_to_string(log)
            .unwrap()
            .contains("the fixture was asked to fail")
    );
    build(&cache, &document(&kernel, "FixtureFails = false")).unwrap();
}

#[test]
fn a_full_disk_is_named_and_leaves_nothing_that_is_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let small = dir.path().join("small");
    fs::create_dir(&small).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=100k", "none"])
        .arg(&small)
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        return selfe_tests::skip("reliability::full_disk", "only root may mount a small file system");
    }
    let kernel = format!("{{ path = '{}' }}", fixture().display());
    // Enough to leave git no space for the files.
    fs::write(small.join("ballast"), [0; 60_000]).unwrap();
    let git = tag(&repository(dir.path()), "1.0");
    let fetched = build(&Cache::at(&small).unwrap(), &document(&git, ""));
    fs::remove_file(small.join("ballast")).unwrap();
    let failed = build(&Cache::at(&small).unwrap(), &document(&kernel, ""));
    let remount = Command::new("mount")
        .args(["-o", "remount,size=50m"])
        .arg(&small)
        .status()
        .unwrap();
    let again = build(&Cache::at(&small).unwrap(), &document(&kernel, ""));
    let unmount = Command::new("umount").arg("--lazy").arg(&small).status().unwrap();
    let fetched = fetched.unwrap_err().to_string();
    assert!(fetched.contains("free some space"), "{fetched}");
    let error = failed.unwrap_err().to_string();
    assert!(
        error.contains("No space left on device") && error.contains("SELFE_CACHE_DIR"),
        "{error}"
    );
    assert!(remount.success() && unmount.success());
    again.unwrap();
}

#[test]
fn a_damaged_build_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = format!("{{ path = '{}' }}", fixture().display());
    let first = build(&cache, &document(&kernel, "")).unwrap();
    let marker = first.marker.clone().unwrap();
    fs::write(&marker, "garbage").unwrap();
    assert_eq!(build(&cache, &document(&kernel, "")).unwrap(), first);
    let results = [
        &first.manifest.libsel4,
        first.manifest.kernel_elf.as_ref().unwrap(),
        &marker,
    ];
    for result in results {
        fs::remove_file(result).unwrap();
        let missing = find(&cache, &first.manifest.key).unwrap_err().to_string();
        assert!(missing.contains("is not in the cache"), "{missing}");
        assert_eq!(
            build(&cache, &document(&kernel, "")).unwrap(),
            first,
            "{}",
            result.display()
        );
    }
}

#[test]
fn a_cache_that_was_moved_is_not_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let kernel = tag(&repository(dir.path()), "1.0");
    build(&Cache::at(&here).unwrap(), &document(&kernel, "")).unwrap();
    support::copy(&here, &there);
    // The sources are as good there as here, so nothing is fetched.
    fs::remove_dir_all(dir.path().join("kernel.git")).unwrap();
    let moved = build(&Cache::at(&there).unwrap(), &document(&kernel, "")).unwrap();
    assert!(moved.manifest.libsel4.starts_with(&there));
    assert!(moved.manifest.include_dirs.iter().all(|dir| dir.starts_with(&there)));
}

type Harm = fn(&Path) -> std::io::Result<()>;

/// What may happen to a file after it was written.
const HARMS: [(&str, Harm); 4] = [
    ("removed", |file| fs::remove_file(file)),
    ("empty", |file| fs::write(file, "")),
    ("cut short", |file| {
        let bytes = fs::read(file)?;
        fs::write(file, &bytes[..bytes.len() / 2])
    }),
    ("edited at the same size", |file| {
        let mut bytes = fs::read(file)?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes)
    }),
];

#[test]
fn whatever_became_of_a_build_s_file_it_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = format!("{{ path = '{}' }}", fixture().display());
    let first = build(&cache, &document(&kernel, "")).unwrap();
    let generated = first.manifest.build_dir.join("libsel4/gen_config/sel4/gen_config.json");
    let files = [
        first.manifest.kernel_elf.clone().unwrap(),
        first.manifest.libsel4.clone(),
        first.marker.clone().unwrap(),
        generated,
    ];
    for file in &files {
        let before = fs::read(file).unwrap();
        for (harm, harmed) in HARMS {
            let what = format!("{} {harm}", file.display());
            harmed(file).unwrap();
            let missing = find(&cache, &first.manifest.key);
            let missing = missing.expect_err(&what).to_string();
            assert!(missing.contains("is not in the cache"), "{what}: {missing}");
            assert_eq!(build(&cache, &document(&kernel, "")).unwrap(), first, "{what}");
            assert_eq!(fs::read(file).unwrap().len(), before.len(), "{what}");
            assert!(find(&cache, &first.manifest.key).is_ok(), "{what}");
        }
    }
}

#[test]
fn a_damaged_source_is_fetched_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let source = build(&cache, &document(&kernel, "")).unwrap().manifest.kernel_source;
    let file = source.join("kernel/main.c");
    let text = fs::read_to_string(&file).unwrap();
    for (harm, harmed) in HARMS {
        harmed(&file).unwrap();
        build(&cache, &document(&kernel, "")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "{harm}");
    }
    // Not all damage removes something.
    let added = source.join("kernel/more.h");
    fs::write(&added, "").unwrap();
    build(&cache, &document(&kernel, "")).unwrap();
    assert!(!added.exists());
}

#[test]
fn a_source_that_is_damaged_during_the_build_leaves_no_build() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let source = build(&cache, &document(&kernel, "")).unwrap().manifest.kernel_source;
    let added = source.join("kernel/more.h");
    let options = format!("FixtureCount = '{}'", added.display());
    let error = build(&cache, &document(&kernel, &options)).unwrap_err();
    assert!(matches!(error, KernelError::SourceChanged(_)), "{error}");
    build(&cache, &document(&kernel, "")).unwrap();
    assert!(!added.exists());
}

#[test]
fn a_source_that_is_edited_while_it_is_configured_is_not_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = repository(dir.path());
    let cmake = kernel.join("kernel/CMakeLists.txt");
    let text = fs::read_to_string(&cmake).unwrap();
    let edit = "file(APPEND \"${CMAKE_CURRENT_LIST_DIR}/main.c\" \"// edited\")\n";
    fs::write(&cmake, text + edit).unwrap();
    let document = document(&format!("{{ path = '{}' }}", kernel.display()), "");
    let platform = Platform("fixture".to_owned());
    let config = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
        .unwrap();
    let notes = Notes::default();
    let plan = build::plan(&cache, &config, document.platform(&platform).unwrap(), &notes).unwrap();
    let error = listing::list(&cache, &config, &plan, &notes).unwrap_err();
    assert!(matches!(error, KernelError::SourceChanged(_)), "{error}");
}

#[test]
fn whoever_finds_a_build_uses_its_sources() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let built = build(&cache, &document(&kernel, "")).unwrap().manifest;
    let seen = built.kernel_source.with_extension("seen");
    let days_100 = Duration::from_secs(100 * 24 * 60 * 60);
    let then = SystemTime::now() - days_100;
    let file = fs::File::options().append(true).open(&seen).unwrap();
    file.set_modified(then).unwrap();
    find(&cache, &built.key).unwrap();
    let now = fs::metadata(&seen).unwrap().modified().unwrap();
    assert!(now > then + days_100 / 2);
}

#[test]
fn a_build_of_another_version_of_selfe_is_not_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let key = "0".repeat(64);
    let entry = cache.entry("build", &key);
    let manifest = "form = 'of another version'\n";
    let make = |_: &Path| Ok::<_, CacheError>(manifest.to_owned());
    entry.get_or_make(&Notes::default(), |_| true, make).unwrap();
    assert!(find(&cache, &key).is_err());
    assert_eq!(entry.complete().as_deref(), Some(manifest));
}

#[test]
fn a_build_writes_nothing_into_the_sources() {
    let dir = tempfile::tempdir().unwrap();
    let repository = repository(dir.path());
    let kernel = format!("{{ path = '{}' }}", repository.display());
    build(&Cache::at(&dir.path().join("cache")).unwrap(), &document(&kernel, "")).unwrap();
    assert_eq!(git(&repository, &["status", "--porcelain", "--ignored"]), "");
}

#[test]
fn the_caller_s_environment_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let cache = dir.path().join("cache");
    let mut command = support::child(&cache, &kernel, "");
    for name in [
        "CC",
        "CFLAGS",
        "ASMFLAGS",
        "LDFLAGS",
        "CMAKE_GENERATOR",
        "MAKEFLAGS",
        "NINJA_STATUS",
        "GIT_DIR",
    ] {
        command.env(name, "/no/such/thing");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let notes = Notes::default();
    build_with(&Cache::at(&cache).unwrap(), &document(&kernel, ""), &notes).unwrap();
    assert_eq!(notes.lines(), Vec::<String>::new(), "the same build serves");
}

#[test]
fn a_branch_follows_its_remote_and_outlives_it() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let repository = repository(dir.path());
    let kernel = format!("{{ git = 'file://{}', branch = 'main' }}", repository.display());
    let first = build(&cache, &document(&kernel, "")).unwrap();
    fs::write(repository.join("VERSION"), "15.0.2-fixture\n").unwrap();
    git(&repository, &["commit", "--quiet", "-a", "-m", "A second commit"]);
    let second = build(&cache, &document(&kernel, "")).unwrap();
    assert_ne!(first.manifest.key, second.manifest.key);
    assert_eq!(second.manifest.kernel_version, "15.0.2-fixture");
    fs::rename(&repository, dir.path().join("gone")).unwrap();
    let notes = Notes::default();
    assert_eq!(build_with(&cache, &document(&kernel, ""), &notes).unwrap(), second);
    assert!(
        notes.lines().iter().any(|line| line.contains("can't be reached")),
        "{:?}",
        notes.lines()
    );
}

#[test]
fn a_shortened_commit_id_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let repository = repository(dir.path());
    let head = git(&repository, &["rev-parse", "HEAD"]);
    let kernel = |rev: &str| format!("{{ git = 'file://{}', rev = '{rev}' }}", repository.display());
    let long = build(&cache, &document(&kernel(&head), "")).unwrap();
    let short = build(&cache, &document(&kernel(&head[..9]), "")).unwrap();
    assert_eq!(long, short);
}
