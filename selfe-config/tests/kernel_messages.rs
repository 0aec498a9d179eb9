//! What is said when a source or a kernel can't be had.

mod support;

use selfe_config::cache::Cache;
use snapbox::str;
use support::{build, document, fixture, repository, tag};

/// The message of a build that fails; the test's own folder becomes `[DIR]`.
fn message(kernel: impl Fn(&std::path::Path) -> String, options: &str) -> String {
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
    let kernel = |git: &std::path::Path| format!("{{ git = 'file://{}', rev = '{rev}' }}", git.display());
    snapbox::assert_data_eq!(
        message(kernel, ""),
        str![[r#"
file://[DIR]/kernel.git has no commit 0123456789012345678901234567890123456789
correct it in sel4.toml
"#]]
    );
}

#[test]
fn an_unreachable_url_names_the_ways_out() {
    let kernel = |_: &std::path::Path| "{ git = 'file:///nowhere/seL4', tag = '16.0.0' }".to_owned();
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
    let url = |_: &std::path::Path| "{ git = '--upload-pack=touch /tmp/x', tag = '1' }".to_owned();
    snapbox::assert_data_eq!(
        message(url, ""),
        str![[r#"
the URL `--upload-pack=touch /tmp/x` is refused: it begins with `-`, which git would take for an option
correct it in sel4.toml
"#]]
    );
    snapbox::assert_data_eq!(
        message(|git| tag(git, "--exec=x"), ""),
        str![[r#"
the tag `--exec=x` is refused: it begins with `-`, which git would take for an option
correct it in sel4.toml
"#]]
    );
}

#[test]
fn a_path_that_is_no_kernel() {
    let elsewhere = |git: &std::path::Path| format!("{{ path = '{}' }}", git.parent().unwrap().display());
    snapbox::assert_data_eq!(
        message(elsewhere, ""),
        str![[r#"
the `kernel` source [DIR] is not a tree of that kind: it has no FindseL4.cmake
point `kernel` in sel4.toml at the root of the right repository
"#]]
    );
    let nowhere = |git: &std::path::Path| format!("{{ path = '{}/nowhere' }}", git.display());
    snapbox::assert_data_eq!(
        message(nowhere, ""),
        str![[r#"
the `kernel` source [DIR]/kernel.git/nowhere is no folder
a path in sel4.toml counts from the folder of sel4.toml
"#]]
    );
}

#[test]
fn a_missing_compiler() {
    let text = document("{ path = '.' }", "").full().to_toml_string();
    let text = text.replace("[build.fixture]", "[build.fixture]\ncross_compiler_prefix = 'nosuch-'");
    let text = format!(
        "{text}\n[platform.fixture]\nimage = 'multiboot'\nsel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n"
    );
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
FixtureFail = ON was not taken: this kernel has no such option; did you mean FixtureFails?
FixtureForced = ON was not taken: another option forces it to be OFF
"#]]
    );
}
