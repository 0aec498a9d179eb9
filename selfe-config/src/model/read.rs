//! sel4.toml's schema: the tables and keys, and their types.

use super::error::{ImportError, PLATFORM_NAME};
use super::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree, SeL4};
use super::reader::{KeyValue, SourceText, Table};
use super::{FollowsRelease, Platform, RepoSource, SeL4Sources};
use crate::platform::PlatformData;
use crate::release;
use crate::tools::compiler::CompilerKind;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::de::DeTable;

/// The content of a file, and the place of each of its options.
pub struct Contents {
    pub full: Full,
    /// The byte offset of an option, by its table, such as `sel4.config.debug`, and its name.
    pub places: Places,
}

type Places = BTreeMap<(String, String), usize>;

/// Reads a whole file.
pub fn read(source: SourceText<'_>) -> Result<Contents, ImportError> {
    let parsed = DeTable::parse(source.text).map_err(|error| {
        let span = error.span().unwrap_or(0..source.text.len());
        source.invalid(span, "this is not valid TOML".to_owned(), error.message(), None)
    })?;
    let root = Table {
        source,
        name: String::new(),
        span: 0..0,
        entries: parsed.get_ref(),
    };
    root.deny_unknown(&["sel4", "build", "metadata", "platform"])?;
    let mut places = BTreeMap::new();
    let sel4 = root
        .table("sel4")?
        .ok_or_else(|| root.missing("sel4", "it names the kernel's sources"))?;
    let full = Full {
        sel4: read_sel4(&sel4, &mut places)?,
        build: read_build(&root)?,
        metadata: match root.table("metadata")? {
            Some(table) => read_properties(&table, &mut places)?,
            None => PropertiesTree::default(),
        },
        platforms: read_platforms(&root)?,
    };
    Ok(Contents { full, places })
}

fn read_sel4(table: &Table<'_, '_>, places: &mut Places) -> Result<SeL4, ImportError> {
    table.deny_unknown(&[
        "kernel",
        "tools",
        "util_libs",
        "opensbi",
        "verified",
        "build_dir",
        "deny_ignored_options",
        "config",
    ])?;
    let source = |key| table.table(key)?.map(|source| read_source(&source)).transpose();
    let kernel = source("kernel")?.ok_or_else(|| {
        table.missing(
            "kernel",
            "such as kernel = { path = \"…\" } or kernel = { git = \"URL\", tag = \"…\" }",
        )
    })?;
    let release = release::expected(&kernel);
    Ok(SeL4 {
        sources: SeL4Sources {
            tools: source("tools")?.unwrap_or_else(|| release.tools.clone()),
            util_libs: source("util_libs")?.unwrap_or_else(|| release.util_libs.clone()),
            kernel,
        },
        build_dir: table.string("build_dir")?.map(PathBuf::from),
        config: match table.table("config")? {
            Some(config) => read_properties(&config, places)?,
            None => PropertiesTree::default(),
        },
        follows_release: FollowsRelease {
            tools: table.get("tools").is_none(),
            util_libs: table.get("util_libs").is_none(),
        },
        opensbi: source("opensbi")?,
        verified: read_verified(table, places)?,
        deny_ignored_options: table.boolean("deny_ignored_options")?.unwrap_or(false),
    })
}

/// The name of a verified configuration. The kernel's own files decide which exist.
fn read_verified(table: &Table<'_, '_>, places: &mut Places) -> Result<Option<String>, ImportError> {
    let Some(entry) = table.get("verified") else {
        return Ok(None);
    };
    let at = entry.key_span.start;
    if table.get("build_dir").is_some() {
        let title = "`verified` and `build_dir` exclude each other".to_owned();
        let help =
            "keep one of the two: a ready build directory is used as it is, and nothing is configured".to_owned();
        return Err(table
            .source
            .invalid(entry.key_span, title, "this decides what is built", Some(help)));
    }
    places.insert((table.name.clone(), "verified".to_owned()), at);
    table.string("verified")
}

fn read_source(table: &Table<'_, '_>) -> Result<RepoSource, ImportError> {
    table.deny_unknown(&["path", "git", "branch", "tag", "rev"])?;
    table.source_keys()?.source().map_err(|mistake| {
        let (title, help) = (format!("[{}] {mistake}", table.name), mistake.help().to_owned());
        table
            .source
            .invalid(table.span.clone(), title, "in this source", Some(help))
    })
}

fn read_properties(table: &Table<'_, '_>, places: &mut Places) -> Result<PropertiesTree, ImportError> {
    let mut tree = PropertiesTree::default();
    let mut note =
        |table: &Table<'_, '_>, key: &str, at: usize| places.insert((table.name.clone(), key.to_owned()), at);
    for (key, entry) in table.iter() {
        let is_table = matches!(entry.value.get_ref(), toml::de::DeValue::Table(_));
        if !is_table {
            note(table, key, entry.key_span.start);
            tree.shared.insert(key.to_owned(), table.single_value(key, &entry)?);
            continue;
        }
        let inner = table.as_table(key, entry)?;
        let mut values = BTreeMap::new();
        for (name, entry) in inner.iter() {
            note(&inner, name, entry.key_span.start);
            values.insert(name.to_owned(), inner.single_value(name, &entry)?);
        }
        match key {
            "debug" => tree.debug = values,
            "release" => tree.release = values,
            _ => drop(tree.contextual.insert(key.to_owned(), values)),
        }
    }
    Ok(tree)
}

fn read_build(root: &Table<'_, '_>) -> Result<BTreeMap<String, PlatformBuild>, ImportError> {
    let mut all = BTreeMap::new();
    let Some(build) = root.table("build")? else {
        return Ok(all);
    };
    for (platform, entry) in build.iter() {
        check_name(root, platform, &entry)?;
        let table = build.as_table(platform, entry)?;
        table.deny_unknown(&["compiler", "cross_compiler_prefix", "toolchain_dir", "debug", "release"])?;
        let profile = |key| table.table(key)?.map(|profile| read_profile(&profile)).transpose();
        let read = PlatformBuild {
            compiler: read_compiler(&table, platform)?,
            cross_compiler_prefix: table.string("cross_compiler_prefix")?,
            toolchain_dir: table.string("toolchain_dir")?.map(PathBuf::from),
            debug_build_profile: profile("debug")?,
            release_build_profile: profile("release")?,
        };
        all.insert(platform.to_owned(), read);
    }
    Ok(all)
}

/// Rejects an invalid platform name.
fn check_name(root: &Table<'_, '_>, name: &str, entry: &KeyValue<'_, '_>) -> Result<(), ImportError> {
    if Platform(name.to_owned()).is_valid() {
        return Ok(());
    }
    let title = format!("`{}` can't be the name of a platform", name.escape_debug());
    let help = Some(PLATFORM_NAME.to_owned());
    Err(root.source.invalid(entry.key_span.clone(), title, "in this name", help))
}

fn read_compiler(table: &Table<'_, '_>, platform: &str) -> Result<Option<CompilerKind>, ImportError> {
    let Some(entry) = table.get("compiler") else {
        return Ok(None);
    };
    let place = entry.value.span();
    let kind = CompilerKind::deserialize(entry.value.clone().into_deserializer()).map_err(|error| {
        let title = format!("`compiler` of [build.{platform}] is not a kind of compiler");
        let help = Some("it is \"gcc\" or \"clang\"; which gcc is for `cross_compiler_prefix` to say".to_owned());
        table.source.invalid(place, title, error.message(), help)
    })?;
    Ok(Some(kind))
}

fn read_profile(table: &Table<'_, '_>) -> Result<PlatformBuildProfile, ImportError> {
    table.deny_unknown(&["make_root_task", "root_task_image"])?;
    let image = table.string("root_task_image")?;
    Ok(PlatformBuildProfile {
        make_root_task: table.string("make_root_task")?,
        root_task_image: image
            .map(PathBuf::from)
            .ok_or_else(|| table.missing("root_task_image", "the path of the root task's ELF file"))?,
    })
}

fn read_platforms(root: &Table<'_, '_>) -> Result<BTreeMap<String, PlatformData>, ImportError> {
    let mut all = BTreeMap::new();
    let Some(platforms) = root.table("platform")? else {
        return Ok(all);
    };
    for (name, entry) in platforms.iter() {
        check_name(root, name, &entry)?;
        let place = entry.key_span.clone();
        let mut data = PlatformData::deserialize(entry.value.clone().into_deserializer()).map_err(|error| {
            let title = format!("[platform.{name}] does not describe a platform");
            root.source
                .invalid(error.span().unwrap_or(place), title, error.message(), None)
        })?;
        data.name = name.to_owned();
        all.insert(name.to_owned(), data);
    }
    Ok(all)
}
