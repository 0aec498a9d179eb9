//! Writing a configuration back as TOML.

use super::error::ImportError;
use super::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree};
use super::reader::Source;
use super::{GitTarget, RepoSource, SingleValue};
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use toml::{Table, Value};

impl FromStr for Full {
    type Err = ImportError;

    fn from_str(text: &str) -> Result<Self, ImportError> {
        super::read::read(Source { text, path: None }).map(|contents| contents.full)
    }
}

impl Full {
    /// The configuration as the text of a sel4.toml. Paths that are not UTF-8 are written with replacement characters.
    pub fn to_toml_string(&self) -> String {
        let sources = &self.sel4.sources;
        let mut sel4 = Table::new();
        sel4.insert("kernel".into(), source(&sources.kernel));
        sel4.insert("tools".into(), source(&sources.tools));
        sel4.insert("util_libs".into(), source(&sources.util_libs));
        if let Some(dir) = &self.sel4.build_dir {
            sel4.insert("build_dir".into(), path(dir));
        }
        sel4.insert("config".into(), properties(&self.sel4.config));
        let build: Table = self
            .build
            .iter()
            .map(|(name, build)| (name.clone(), platform(build)))
            .collect();
        let mut file = Table::new();
        file.insert("sel4".into(), Value::Table(sel4));
        file.insert("build".into(), Value::Table(build));
        file.insert("metadata".into(), properties(&self.metadata));
        file.to_string()
    }
}

fn path(path: &Path) -> Value {
    Value::String(path.to_string_lossy().into_owned())
}

fn source(source: &RepoSource) -> Value {
    let mut table = Table::new();
    match source {
        RepoSource::LocalPath(dir) => drop(table.insert("path".into(), path(dir))),
        RepoSource::RemoteGit { url, target } => {
            table.insert("git".into(), Value::String(url.clone()));
            let (key, value) = match target {
                GitTarget::Branch(name) => ("branch", name),
                GitTarget::Tag(name) => ("tag", name),
                GitTarget::Rev(name) => ("rev", name),
            };
            table.insert(key.into(), Value::String(value.clone()));
        }
    }
    Value::Table(table)
}

fn values(values: &BTreeMap<String, SingleValue>) -> Table {
    let value = |value: &SingleValue| match value {
        SingleValue::String(text) => Value::String(text.clone()),
        SingleValue::Integer(number) => Value::Integer(*number),
        SingleValue::Boolean(flag) => Value::Boolean(*flag),
    };
    values.iter().map(|(name, one)| (name.clone(), value(one))).collect()
}

fn properties(tree: &PropertiesTree) -> Value {
    let mut table = values(&tree.shared);
    for (name, inner) in [("debug", &tree.debug), ("release", &tree.release)] {
        if !inner.is_empty() {
            table.insert(name.into(), Value::Table(values(inner)));
        }
    }
    table.extend(
        tree.contextual
            .iter()
            .map(|(name, inner)| (name.clone(), Value::Table(values(inner)))),
    );
    Value::Table(table)
}

fn platform(build: &PlatformBuild) -> Value {
    let mut table = Table::new();
    if let Some(prefix) = &build.cross_compiler_prefix {
        table.insert("cross_compiler_prefix".into(), Value::String(prefix.clone()));
    }
    if let Some(dir) = &build.toolchain_dir {
        table.insert("toolchain_dir".into(), path(dir));
    }
    let profiles = [
        ("debug", &build.debug_build_profile),
        ("release", &build.release_build_profile),
    ];
    for (name, profile) in profiles
        .into_iter()
        .filter_map(|(name, profile)| Some((name, profile.as_ref()?)))
    {
        table.insert(name.into(), profile_table(profile));
    }
    Value::Table(table)
}

fn profile_table(profile: &PlatformBuildProfile) -> Value {
    let mut table = Table::new();
    if let Some(command) = &profile.make_root_task {
        table.insert("make_root_task".into(), Value::String(command.clone()));
    }
    table.insert("root_task_image".into(), path(&profile.root_task_image));
    Value::Table(table)
}
