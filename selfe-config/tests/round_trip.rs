//! Whatever a configuration says, its text says the same.

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use selfe_config::model::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree, SeL4};
use selfe_config::model::{GitTarget, RepoSource, SeL4Sources, SingleValue};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Any text, also what TOML has to escape.
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

/// A tree that a file can say: one key is either an option or a table.
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

fn platform() -> impl Strategy<Value = PlatformBuild> {
    let parts = (
        option::of(text()),
        option::of(path()),
        option::of(profile()),
        option::of(profile()),
    );
    parts.prop_map(|(cross_compiler_prefix, toolchain_dir, debug, release)| PlatformBuild {
        cross_compiler_prefix,
        toolchain_dir,
        debug_build_profile: debug,
        release_build_profile: release,
    })
}

prop_compose! {
    fn full()(
        (kernel, tools, util_libs) in (source(), source(), source()),
        build_dir in option::of(path()),
        config in properties(),
        build in btree_map(text(), platform(), 0..3),
        metadata in properties(),
    ) -> Full {
        let sources = SeL4Sources { kernel, tools, util_libs };
        Full { sel4: SeL4 { sources, build_dir, config }, build, metadata }
    }
}

proptest! {
    #[test]
    fn a_configuration_survives_its_text(full in full()) {
        let text = full.to_toml_string();
        let read: Full = text.parse().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read, full);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = text.parse::<Full>().map_err(|error| error.to_string());
    }

    /// What is nearly a configuration goes further into the reader than a text that is nothing at all.
    #[test]
    fn no_damage_makes_the_reader_panic(full in full(), at in any::<prop::sample::Index>(), insert in "[\\[\\]{}=.\"'\n#a1é]{0,3}") {
        let mut text = full.to_toml_string();
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let end = (at + 1..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(at);
        text.replace_range(at..end, &insert);
        let _ = text.parse::<Full>().map_err(|error| error.to_string());
    }
}
