//! The messages if a source or a kernel can't be obtained.

mod support;

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel;
use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
use selfe_config::progress::Silent;
use snapbox::str;
use std::path::Path;
use support::{build, document, fixture, repository, tag};

/// The message of a build that fails; the test's own folder becomes `[DIR]`.
fn message(kernel: impl Fn(&Path) -> String, options: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let kernel = kernel(&repository(dir.path()));
    let error = build(&cache, &document(&kernel, options)).unwrap_err().to_string();
    error.replace(&dir.path().display().to_string(), "[DIR]")
}

#[test]
fn an_unknown_tag_names_a_near_one() {
    snapbox::assert_data_eq!(
        message(|git| tag(git, "1.00"), ""),
        str![[r#"
file://[DIR]/kernel.git has no tag 1.00
did you mean 1.0?
"#]]
    );
    snapbox::assert_data_eq!(
        message(|git| tag(git, "nosuch"), ""),
        str![[r#"
file://[DIR]/kernel.git has no tag nosuch
correct it in sel4.toml
"#]]
    );
}

#[test]
fn an_unknown_commit() {
    let rev = "0123456789012345678901234567890123456789";
    let kernel = |git: &Path| format!("{{ git = 'file://{}', rev = '{rev}' }}", git.display());
    snapbox::assert_data_eq!(
        message(kernel, ""),
        str![[r#"
file://[DIR]/kernel.git has no commit 0123456789012345678901234567890123456789
correct it in sel4.toml; if sel4.lock names it, run `selfe update`
"#]]
    );
}

#[test]
fn an_unreachable_url_names_the_ways_out() {
    let kernel = |_: &Path| "{ git = 'file:///nowhere/seL4', tag = '16.0.0' }".to_owned();
    snapbox::assert_data_eq!(
        message(kernel, ""),
        str![[r#"
can't fetch file:///nowhere/seL4 at tag 16.0.0
git says: fatal: '/nowhere/seL4' does not appear to be a git repository
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
ways out: try again when the network is back; use a mirror with
  git config --global url.MIRROR.insteadOf file:///nowhere/seL4
or name a folder in sel4.toml ({ path = "…" }); or run `selfe fetch` on a machine that reaches it, and copy its SELFE_CACHE_DIR
"#]]
    );
}

#[test]
fn what_git_would_take_for_an_option_is_refused() {
    let url = |_: &Path| "{ git = '--upload-pack=touch /tmp/x', tag = '1' }".to_owned();
    snapbox::assert_data_eq!(
        message(url, ""),
        str![[r#"
the URL `--upload-pack=touch /tmp/x` is not allowed: it begins with `-`, so git would read it as an option
correct it in sel4.toml
"#]]
    );
    snapbox::assert_data_eq!(
        message(|git| tag(git, "--exec=x"), ""),
        str![[r#"
the tag `--exec=x` is not allowed: it begins with `-`, so git would read it as an option
correct it in sel4.toml
"#]]
    );
}

#[test]
fn a_path_that_is_no_kernel() {
    let elsewhere = |git: &Path| format!("{{ path = '{}' }}", git.parent().unwrap().display());
    snapbox::assert_data_eq!(
        message(elsewhere, ""),
        str![[r#"
the `kernel` source [DIR] is not a tree of that kind: it has no FindseL4.cmake
point `kernel` in sel4.toml at the root of the right repository
"#]]
    );
    let nowhere = |git: &Path| format!("{{ path = '{}/nowhere' }}", git.display());
    snapbox::assert_data_eq!(
        message(nowhere, ""),
        str![[r#"
the `kernel` source [DIR]/kernel.git/nowhere is not a folder
a path in sel4.toml counts from the folder of sel4.toml
"#]]
    );
}

#[test]
fn a_missing_compiler() {
    let text = document("{ path = '.' }", "").full().to_toml_string().unwrap();
    let text = text.replace("[build.fixture]", "[build.fixture]\ncross_compiler_prefix = 'nosuch-'");
    let document = selfe_config::model::Document::parse(&text, None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let error = build(&Cache::at(dir.path()).unwrap(), &document)
        .unwrap_err()
        .to_string();
    assert!(error.contains("nosuch-gcc") && error.contains("install"), "{error}");
}

#[test]
fn options_that_were_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let kernel = format!("{{ path = '{}' }}", fixture().display());
    let built = build(&cache, &document(&kernel, "FixtureForced = true\nFixtureFail = true")).unwrap();
    let reports: Vec<String> = built.manifest.reports.iter().map(ToString::to_string).collect();
    snapbox::assert_data_eq!(
        reports.join("\n"),
        str![[r#"
FixtureFail = ON: not used: this kernel has no such option; did you mean FixtureFails?
FixtureForced = ON: not used: it needs FixtureAllows, so it is OFF
"#]]
    );
}

#[test]
fn a_build_dir_that_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let mut config = selfe_config::model::contextualized::Contextualized::from_full(
        document(&format!("{{ path = '{}' }}", fixture().display()), "").full(),
        Arch::X86,
        SeL4Arch::X86_64,
        true,
        Platform("fixture".to_owned()),
        None,
    )
    .unwrap();
    let platform = document("{ path = '.' }", "");
    let platform = platform.platform(&config.context.platform).unwrap();
    let built = build::build(&cache, &config, platform, &Silent).unwrap().manifest;
    let mut used = |build_dir: &Path| {
        config.build_dir = Some(build_dir.to_owned());
        let refused = build::build(&cache, &config, platform, &Silent)
            .unwrap_err()
            .to_string();
        let result = build::build_or_use(&cache, &config, platform, &Silent);
        let place = dir.path().display().to_string();
        (
            refused.replace(&place, "[DIR]"),
            result.map_err(|error| error.to_string().replace(&place, "[DIR]")),
        )
    };
    let (refused, found) = used(&built.build_dir);
    let found = found.unwrap();
    assert_eq!((found.marker, &found.manifest.libsel4), (None, &built.libsel4));
    assert_eq!(found.manifest.include_dirs, built.include_dirs);
    let refused = refused.replace(&built.key, "[KEY]");
    snapbox::assert_data_eq!(
        refused,
        str![[r#"
sel4.toml sets `build_dir` to [DIR]/cache/build/[KEY]/tree: its results are used as they are, and no kernel is built
remove `build_dir` from sel4.toml to have selfe build the kernel
"#]]
    );
    snapbox::assert_data_eq!(
        used(&dir.path().join("nowhere")).1.unwrap_err(),
        str![[r#"
`build_dir` [DIR]/nowhere can't be used: No such file or directory (os error 2)
it must be a CMake build directory of seL4, with libsel4.a built with LibSel4FunctionAttributes=public
"#]]
    );
    snapbox::assert_data_eq!(
        used(dir.path()).1.unwrap_err(),
        str![[r#"
`build_dir` [DIR] can't be used: CMakeCache.txt: No such file or directory (os error 2)
it must be a CMake build directory of seL4, with libsel4.a built with LibSel4FunctionAttributes=public
"#]]
    );
    std::fs::remove_file(&built.libsel4).unwrap();
    snapbox::assert_data_eq!(
        used(&built.build_dir).1.unwrap_err().replace(&built.key, "[KEY]"),
        str![[r#"
`build_dir` [DIR]/cache/build/[KEY]/tree can't be used: libsel4.a, [DIR]/cache/build/[KEY]/tree/libsel4/libsel4.a: it is not there
it must be a CMake build directory of seL4, with libsel4.a built with LibSel4FunctionAttributes=public
"#]]
    );
}

#[test]
fn a_key_that_is_not_in_the_cache() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(dir.path()).unwrap();
    let error = kernel::find(&cache, "0123").unwrap_err().to_string();
    snapbox::assert_data_eq!(
        error.replace(&dir.path().display().to_string(), "[DIR]"),
        str![[r#"
the kernel build 0123 is not in the cache [DIR]
build the root task again: that builds its kernel too (a root task linked through `build_dir` of sel4.toml has its kernel there, and `selfe` does not boot it)
"#]]
    );
}

#[test]
fn a_cache_that_can_t_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Cache::at(&file.join("cache")).unwrap_err().to_string();
    snapbox::assert_data_eq!(
        error.replace(&dir.path().display().to_string(), "[DIR]"),
        str![[r#"
can't create [DIR]/file/cache: Not a directory (os error 20)
set SELFE_CACHE_DIR to a folder that this user may write to
"#]]
    );
}

#[test]
fn a_compiler_that_fails() {
    let kernel = |git: &Path| tag(git, "1.0");
    let said = message(kernel, "FixtureFails = true");
    snapbox::assert_data_eq!(
        said,
        str![[r#"
building seL4 for fixture (x86_64) failed: `[..]ninja` ended with exit status: 1
  FAILED: kernel/CMakeFiles/kernel.elf.dir/main.c.obj[..]
...
[..]/kernel/main.c:2:2: error: #error "the fixture was asked to fail"
...
the whole log is [DIR]/cache/build/[..].log
"#]]
    );
}

/// A configuration of the fixture in a file; its options begin on line 5.
fn located(options: &str, key: &str) -> Document {
    let text = format!(
        "[sel4]\nkernel = {{ path = '{}' }}\n{key}\n[sel4.config]\n{options}\n[build.fixture]\n\
         [platform.fixture]\nimage = 'multiboot'\nsel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n",
        fixture().display()
    );
    Document::parse(&text, Some(Path::new("sel4.toml"))).unwrap()
}

#[test]
fn a_value_of_the_wrong_type() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let steps = support::Notes::default();
    let options = "FixtureSeconds = 'banana'\nFixtureFails = 3\nFixturePace = 'quik'";
    let error = support::build_with(&cache, &located(options, ""), &steps).unwrap_err();
    snapbox::assert_data_eq!(
        error.to_string(),
        str![[r#"
sel4.toml:6:1: FixtureFails = 3 can't be: it has to be true or false
sel4.toml:7:1: FixturePace = "quik" can't be: it has to be one of slow, quick; did you mean "quick"?
sel4.toml:5:1: FixtureSeconds = "banana" can't be: it has to be a number, such as its default 0
correct it in sel4.toml; `selfe options FixtureFails` describes the option
"#]]
    );
    assert!(!steps.lines().iter().any(|line| line.starts_with("configuring")));
}

/// A configuration of the fixture that denies ignored options.
fn strict(options: &str) -> Document {
    located(options, "deny_ignored_options = true")
}

#[test]
fn ignored_options_can_be_denied() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::at(&dir.path().join("cache")).unwrap();
    let steps = support::Notes::default();
    let options = "FixtureFail = true\nKernelArch = 'x86'\nKernelFPUMaxRestoresSinceSwitch = 64";
    let error = support::build_with(&cache, &strict(options), &steps).unwrap_err();
    snapbox::assert_data_eq!(
        error.to_string(),
        str![[r#"
sel4.toml:6:1: KernelArch = x86: ignored; since 11.0.0, KernelSel4Arch decides this
sel4.toml:5:1: FixtureFail = ON: not used: this kernel has no such option; did you mean FixtureFails?
sel4.toml:7:1: KernelFPUMaxRestoresSinceSwitch = 64: not used: this kernel has no such option: removed in 14.0.0
correct that in sel4.toml, or remove `deny_ignored_options` there, which makes it an error
"#]]
    );
    assert!(!steps.lines().iter().any(|line| line.starts_with("configuring")));
    // Only the kernel's own rules can tell this: the build ends before anything is compiled, and
    // leaves nothing behind.
    for _ in 0..2 {
        let error = support::build_with(&cache, &strict("FixtureForced = true"), &steps).unwrap_err();
        snapbox::assert_data_eq!(
            error.to_string(),
            str![[r#"
sel4.toml:5:1: FixtureForced = ON: not used: it needs FixtureAllows, so it is OFF
correct that in sel4.toml, or remove `deny_ignored_options` there, which makes it an error
"#]]
        );
    }
    assert!(!steps.lines().iter().any(|line| line.starts_with("building")));
    support::build_with(&cache, &strict("FixtureForced = true\nFixtureAllows = true"), &steps).unwrap();
}
