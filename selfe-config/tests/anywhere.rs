//! The same kernel wherever it is built, from the requested files: on the fixture kernel, with real
//! CMake and Ninja.

mod support;

use selfe_config::cache::Cache;
use selfe_config::kernel::{KernelBuild, KernelError};
use selfe_config::model::Document;
use selfe_config::progress::{Progress, Silent};
use std::fs;
use std::path::{Path, PathBuf};
use support::{build, build_with, copy, fixture};

/// Characters that the name of a home folder may contain.
const ODD: &[&str] = &[
    "a space",
    "O'Doe",
    "semi;colon",
    "$HOME",
    "#1",
    "(a",
    "a&b",
    "50%",
    "@at@",
    "é",
    "\"quoted\"",
    "back\\slash",
    "a+b,c~",
];

/// A configuration in that folder, whose kernel is another folder.
fn document(folder: &Path, kernel: &Path, options: &str) -> Document {
    let kernel = toml::Value::from(kernel.to_str().unwrap());
    let text = support::text(&format!("{{ path = {kernel} }}"), options);
    Document::parse(&text, Some(&folder.join("sel4.toml"))).unwrap_or_else(|error| panic!("{error}"))
}

/// `kernel.elf` and `libsel4.a`.
fn results(built: &KernelBuild) -> [Vec<u8>; 2] {
    let kernel = built.manifest.kernel_elf.as_ref().unwrap();
    [kernel, &built.manifest.libsel4].map(|path| fs::read(path).unwrap())
}

#[test]
fn the_same_bytes_on_any_path() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = None;
    for name in ["plain"].iter().chain(ODD) {
        let folder = dir.path().join(name);
        let (kernel, cache) = (folder.join("kernel"), folder.join("cache"));
        copy(&fixture(), &kernel);
        let built = build(&Cache::at(&cache).unwrap(), &document(&folder, &kernel, ""));
        let built = built.unwrap_or_else(|error| panic!("{name}: {error}"));
        // The files that the manifest names outlive the build.
        let manifest = &built.manifest;
        assert!(manifest.build_dir.starts_with(&cache) && manifest.libsel4.starts_with(&cache));
        assert!(
            manifest
                .include_dirs
                .iter()
                .all(|dir| dir.is_dir() && dir.starts_with(&folder))
        );
        assert!(
            manifest.include_dirs.iter().any(|dir| dir.starts_with(&kernel)),
            "{name}"
        );
        let sha256 = manifest.kernel_sha256.as_ref().unwrap();
        let (sha256, results) = (sha256.clone(), results(&built));
        let (told, first) = first.get_or_insert_with(|| (sha256.clone(), results.clone()));
        assert!(*first == results && *told == sha256, "{name}");
    }
}

#[test]
fn a_relative_path_counts_from_sel4_toml_and_the_content_from_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    fs::create_dir(dir.path().join("a b")).unwrap();
    for file in ["a b/one", "two", "three.c"] {
        fs::write(dir.path().join(file), "first").unwrap();
    }
    // The same value in another spelling, a list, and an option that CMake itself looks for.
    let asked = "FixtureFile = 'a b/one'\nFixtureFiles = 'two;./a b/one'\nFixtureFound = 'three.c'";
    let made = |options: &str| build(&cache, &document(dir.path(), &fixture(), options));
    let first = made(asked).unwrap();
    assert_eq!(first.manifest.reports, [], "what was taken is not reported");
    let mut named = first.files.clone();
    named.sort();
    named.dedup();
    let absolute = ["a b/one", "three.c", "two"].map(|file| dir.path().join(file));
    assert_eq!(named, absolute);
    let spelled = asked.replace("'a b/one'", "'./a b/../a b/one'");
    assert_eq!(made(&spelled).unwrap().manifest.key, first.manifest.key);
    let mut keys = vec![first.manifest.key.clone()];
    for file in ["a b/one", "two", "three.c"] {
        fs::write(dir.path().join(file), format!("second {file}")).unwrap();
        let now = made(asked).unwrap();
        assert!(!keys.contains(&now.manifest.key), "{file}");
        keys.push(now.manifest.key.clone());
        let kernel = fs::read(now.manifest.kernel_elf.as_ref().unwrap()).unwrap();
        assert!(kernel.windows(14).any(|window| window == b"second a b/one"), "{file}");
    }
}

#[test]
fn a_missing_file_is_told_with_its_place_before_anything_is_built() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let nothing = |options: &str| {
        let error = build(&cache, &document(dir.path(), &fixture(), options)).unwrap_err();
        assert!(matches!(error, KernelError::NoFile { .. }), "{error}");
        assert!(!dir.path().join("cache/build").exists());
        error.to_string()
    };
    for option in [
        "FixtureFile",
        "FixtureFiles",
        "FixtureFound",
        "QEMU_DTB",
        "CMAKE_TOOLCHAIN_FILE",
    ] {
        let told = nothing(&format!("{option} = 'no/such.dts'"));
        let place = format!("{}:6:", dir.path().join("sel4.toml").display());
        assert!(told.starts_with(&place), "{told}");
        let file = dir.path().join("no/such.dts");
        assert!(told.contains(&format!("can't read {}: ", file.display())), "{told}");
    }
    assert!(nothing("FixtureFile = '.'").contains("it is not a file"));
}

/// Changes a file after each start of a build, a given number of times.
struct Meddler {
    file: PathBuf,
    times: std::sync::atomic::AtomicUsize,
}

impl Progress for Meddler {
    fn begin(&self, step: &str) {
        use std::sync::atomic::Ordering::SeqCst;
        if step.starts_with("building") && self.times.load(SeqCst) > 0 {
            let left = self.times.fetch_sub(1, SeqCst);
            let text = fs::read_to_string(&self.file).unwrap();
            fs::write(&self.file, format!("{text}const char change_{left}[] = \"{left}\";\n")).unwrap();
        }
    }
    fn warn(&self, _: &str) {}
}

#[test]
fn sources_that_change_while_they_are_built() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = dir.path().join("kernel");
    copy(&fixture(), &kernel);
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let document = document(dir.path(), &kernel, "");
    let meddled = |times: usize| {
        let meddler = Meddler {
            file: kernel.join("kernel/main.c"),
            times: times.into(),
        };
        build_with(&cache, &document, &meddler)
    };
    let once = meddled(1).unwrap();
    assert_eq!(
        build_with(&cache, &document, &Silent).unwrap(),
        once,
        "the new sources' key"
    );
    let complete = |cache: &Path| {
        let entries = fs::read_dir(cache.join("build")).unwrap().flatten();
        entries
            .filter(|entry| entry.path().join("complete.toml").is_file())
            .count()
    };
    assert_eq!(complete(cache.root()), 1, "nothing is kept under the old one");
    let main = kernel.join("kernel/main.c");
    fs::write(&main, fs::read_to_string(&main).unwrap() + "/* To be built anew. */\n").unwrap();
    let again = meddled(usize::MAX).unwrap_err();
    assert!(
        again.to_string().contains("kept changing while the kernel was built"),
        "{again}"
    );
    assert_eq!(complete(cache.root()), 1);
}
