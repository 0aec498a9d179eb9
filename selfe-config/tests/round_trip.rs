//! A configuration and its text are equivalent.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree, SeL4};
use selfe_config::model::{
    Arch, Document, FollowsRelease, GitTarget, Platform, RepoSource, SeL4Arch, SeL4Sources, SingleValue,
};
use selfe_config::platform::{CpuFeature, ImageKind, PlatformArch, PlatformData, QemuMachine};
use selfe_config::release::expected;
use selfe_config::tools::compiler::CompilerKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Any text, including what TOML has to escape.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9_]{1,12}", any::<String>()]
}

fn path() -> impl Strategy<Value = PathBuf> {
    text().prop_map(PathBuf::from)
}

fn source() -> impl Strategy<Value = RepoSource> {
    let target = prop_oneof![
        text().prop_map(GitTarget::Branch),
        text().prop_map(GitTarget::Tag),
        text().prop_map(GitTarget::Rev)
    ];
    prop_oneof![
        path().prop_map(RepoSource::LocalPath),
        (text(), target).prop_map(|(url, target)| RepoSource::RemoteGit { url, target })
    ]
}

fn value() -> impl Strategy<Value = SingleValue> {
    prop_oneof![
        text().prop_map(SingleValue::String),
        any::<i64>().prop_map(SingleValue::Integer),
        any::<bool>().prop_map(SingleValue::Boolean)
    ]
}

fn values() -> impl Strategy<Value = BTreeMap<String, SingleValue>> {
    btree_map(text(), value(), 0..4)
}

/// A tree that a file can express: a key is either an option or a table.
fn properties() -> impl Strategy<Value = PropertiesTree> {
    let contextual = btree_map(text(), values(), 0..3);
    (values(), values(), values(), contextual).prop_map(|(mut shared, debug, release, mut contextual)| {
        for profile in ["debug", "release"] {
            contextual.remove(profile);
            shared.remove(profile);
        }
        shared.retain(|name, _| !contextual.contains_key(name));
        PropertiesTree {
            shared,
            debug,
            release,
            contextual,
        }
    })
}

fn profile() -> impl Strategy<Value = PlatformBuildProfile> {
    (option::of(text()), path()).prop_map(|(make_root_task, root_task_image)| PlatformBuildProfile {
        make_root_task,
        root_task_image,
    })
}

/// A valid name for a platform.
fn name() -> impl Strategy<Value = String> {
    text().prop_filter("a platform's name", |name| Platform(name.clone()).is_valid())
}

fn platform() -> impl Strategy<Value = PlatformBuild> {
    let compiler = prop_oneof![Just(CompilerKind::Gcc), Just(CompilerKind::Clang)];
    let parts = (
        option::of(compiler),
        option::of(text()),
        option::of(path()),
        option::of(profile()),
        option::of(profile()),
    );
    parts.prop_map(
        |(compiler, cross_compiler_prefix, toolchain_dir, debug, release)| PlatformBuild {
            compiler,
            cross_compiler_prefix,
            toolchain_dir,
            debug_build_profile: debug,
            release_build_profile: release,
        },
    )
}

prop_compose! {
    fn simulate()(
        (qemu, memory) in (text(), text()),
        (machine, cpu) in (option::of(text()), option::of(text())),
        (serial, arguments) in (vec(text(), 0..3), vec(text(), 0..3)),
        features in vec((text(), text(), text(), text(), text()), 0..2),
    ) -> QemuMachine {
        let feature = |(config, is, qemu, option, otherwise)| CpuFeature { config, is, qemu, option, otherwise };
        let cpu_features = features.into_iter().map(feature).collect();
        QemuMachine { qemu, machine, cpu, memory, serial, arguments, cpu_features }
    }
}

prop_compose! {
    fn platform_arch()(
        options in values(),
        rust_targets in vec(text(), 0..3),
        target_options in btree_map(text(), values(), 0..2),
        cross_compiler_prefix in option::of(text()),
        default_for_target in any::<bool>(),
        opensbi in option::of(source()),
        simulate in option::of(simulate()),
    ) -> PlatformArch {
        PlatformArch { options, rust_targets, target_options, cross_compiler_prefix, default_for_target, opensbi, simulate }
    }
}

prop_compose! {
    fn platform_data()(
        description in text(),
        aliases in vec(text(), 0..2),
        since in option::of(text()),
        options in values(),
        image in prop_oneof![Just(ImageKind::Multiboot), Just(ImageKind::Elfloader)],
        sel4_arch in btree_map(select(SeL4Arch::ALL), platform_arch(), 0..2),
    ) -> PlatformData {
        // Its name is that of its table.
        PlatformData { name: String::new(), description, aliases, since, options, image, sel4_arch }
    }
}

prop_compose! {
    fn full()(
        (kernel, tools, util_libs, opensbi) in (source(), source(), source(), option::of(source())),
        (no_tools, no_util_libs) in (any::<bool>(), any::<bool>()),
        (build_dir, verified) in (option::of(path()), option::of(text())),
        deny_ignored_options in any::<bool>(),
        config in properties(),
        build in btree_map(name(), platform(), 0..3),
        mut platforms in btree_map(name(), platform_data(), 0..2),
        metadata in properties(),
    ) -> Full {
        // A missing source follows from the kernel's release.
        let release = expected(&kernel);
        let sources = SeL4Sources {
            tools: if no_tools { release.tools.clone() } else { tools },
            util_libs: if no_util_libs { release.util_libs.clone() } else { util_libs },
            kernel,
        };
        for (name, data) in &mut platforms {
            data.name.clone_from(name);
        }
        let sel4 = SeL4 {
            sources,
            follows_release: FollowsRelease { tools: no_tools, util_libs: no_util_libs },
            opensbi,
            verified: verified.filter(|_| build_dir.is_none()),
            deny_ignored_options,
            build_dir,
            config,
        };
        Full { sel4, build, metadata, platforms }
    }
}

/// Every key of sel4.toml.
const EVERYTHING: &str = "
[sel4]
kernel = { path = 'k' }
util_libs = { git = 'https://example.org/u', rev = '0123' }
opensbi = { path = 'o' }
verified = 'X64'
deny_ignored_options = true
[sel4.config]
KernelPrinting = true
[build.own]
compiler = 'clang'
cross_compiler_prefix = 'x-'
toolchain_dir = 't'
[build.own.debug]
make_root_task = 'make'
root_task_image = 'r'
[platform.own]
image = 'elfloader'
options.KernelPlatform = 'tx1'
sel4_arch.aarch64.options.KernelSel4Arch = 'aarch64'
[metadata]
a = 1
";

/// All ways to read a configuration have the same result, and none loses a key.
#[test]
fn one_reading_for_all() {
    let name = Platform("own".to_owned());
    let base = Some(Path::new("/p"));
    let (arch, sel4_arch) = (Arch::Arm, SeL4Arch::Aarch64);
    let by_text = Contextualized::from_str(EVERYTHING, arch, sel4_arch, true, name.clone(), base).unwrap();
    let document = Document::parse(EVERYTHING, Some(Path::new("/p/sel4.toml"))).unwrap();
    let mut by_document = document.contextualize(arch, sel4_arch, true, &name).unwrap();
    let mut by_full = Contextualized::from_full(document.full(), arch, sel4_arch, true, name.clone(), base).unwrap();
    // Only a text has places of options and of `verified`, and only a file has a name.
    assert_eq!(by_text.verified.as_ref().unwrap().at, "sel4.toml:6:1");
    assert_eq!(by_document.verified.as_ref().unwrap().at, "/p/sel4.toml:6:1");
    for other in [&mut by_document, &mut by_full] {
        other.asked_at = by_text.asked_at.clone();
        other.verified = by_text.verified.clone();
    }
    assert_eq!(by_text, by_document);
    assert_eq!(by_text, by_full);
    assert_eq!(by_text.opensbi, Some(RepoSource::LocalPath("/p/o".into())));
    assert_eq!(by_text.build.compiler, Some(CompilerKind::Clang));
    assert!(by_text.deny_ignored_options && by_text.follows_release.tools && !by_text.follows_release.util_libs);

    let text = document.full().to_toml_string().unwrap();
    let again = Document::parse(&text, None).unwrap();
    assert_eq!(again.full(), document.full());
    assert_eq!(again.platform(&name).unwrap(), document.platform(&name).unwrap());
    for word in EVERYTHING
        .split_whitespace()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
    {
        let key = word.split('.').next_back().unwrap();
        assert!(text.contains(key), "{word} is lost:\n{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_text_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let mut full: Full = EVERYTHING.parse().unwrap();
    full.build.get_mut("own").unwrap().toolchain_dir =
        Some(Path::new(std::ffi::OsStr::from_bytes(b"a\xff")).to_owned());
    let error = full.to_toml_string().unwrap_err().to_string();
    assert!(error.contains("is not UTF-8"), "{error}");
}

proptest! {
    #[test]
    fn a_configuration_survives_its_text(full in full()) {
        let text = full.to_toml_string().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read: Full = text.parse().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read, full);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = text.parse::<Full>().map_err(|error| error.to_string());
    }

    /// Text that is almost a configuration gets further into the reader than random text.
    #[test]
    fn no_damage_makes_the_reader_panic(full in full(), at in any::<prop::sample::Index>(), insert in "[\\[\\]{}=.\"'\n#a1é]{0,3}") {
        let mut text = full.to_toml_string().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let end = (at + 1..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(at);
        text.replace_range(at..end, &insert);
        let _ = text.parse::<Full>().map_err(|error| error.to_string());
    }
}
