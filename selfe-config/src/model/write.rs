//! Writing a configuration back as TOML.

use super::error::ImportError;
use super::full::{Full, PlatformBuild, PlatformBuildProfile, PropertiesTree, SeL4};
use super::reader::SourceText;
use super::{RepoSource, SingleValue};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use toml::{Table, Value};

impl FromStr for Full {
    type Err = ImportError;

    fn from_str(text: &str) -> Result<Self, ImportError> {
        super::read::read(SourceText { text, path: None }).map(|contents| contents.full)
    }
}

/// Why a configuration can't be written as TOML.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// TOML is text, but a path is not.
    #[error("the path {} is not UTF-8, so sel4.toml can't contain it", .0.display())]
    NotUtf8(PathBuf),
    /// TOML can't express it.
    #[error("the configuration can't be written as TOML: {0}")]
    Toml(#[from] toml::ser::Error),
}

impl Full {
    /// The configuration as the complete text of a sel4.toml.
    ///
    /// # Errors
    /// A path is not UTF-8.
    pub fn to_toml_string(&self) -> Result<String, ExportError> {
        let mut file = Table::new();
        file.insert("sel4".into(), Value::Table(sel4(&self.sel4)?));
        let mut build = Table::new();
        for (name, one) in &self.build {
            build.insert(name.clone(), platform(one)?);
        }
        file.insert("build".into(), Value::Table(build));
        file.insert("metadata".into(), properties(&self.metadata));
        if !self.platforms.is_empty() {
            file.insert("platform".into(), Value::try_from(&self.platforms)?);
        }
        Ok(toml::to_string(&file)?)
    }
}

fn sel4(sel4: &SeL4) -> Result<Table, ExportError> {
    let mut table = Table::new();
    table.insert("kernel".into(), source(&sel4.sources.kernel)?);
    for (key, own, follows) in [
        ("tools", &sel4.sources.tools, sel4.follows_release.tools),
        ("util_libs", &sel4.sources.util_libs, sel4.follows_release.util_libs),
    ] {
        if !follows {
            table.insert(key.into(), source(own)?);
        }
    }
    if let Some(opensbi) = &sel4.opensbi {
        table.insert("opensbi".into(), source(opensbi)?);
    }
    if let Some(dir) = &sel4.build_dir {
        table.insert("build_dir".into(), path(dir)?);
    }
    if let Some(verified) = &sel4.verified {
        table.insert("verified".into(), Value::String(verified.clone()));
    }
    if sel4.deny_ignored_options {
        table.insert("deny_ignored_options".into(), Value::Boolean(true));
    }
    table.insert("config".into(), properties(&sel4.config));
    Ok(table)
}

fn path(path: &Path) -> Result<Value, ExportError> {
    let text = path.to_str().ok_or_else(|| ExportError::NotUtf8(path.to_owned()))?;
    Ok(Value::String(text.to_owned()))
}

fn source(source: &RepoSource) -> Result<Value, ExportError> {
    if let RepoSource::LocalPath(dir) = source {
        path(dir)?;
    }
    Ok(Value::try_from(source)?)
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

fn platform(build: &PlatformBuild) -> Result<Value, ExportError> {
    let mut table = Table::new();
    if let Some(compiler) = build.compiler {
        table.insert("compiler".into(), Value::try_from(compiler)?);
    }
    if let Some(prefix) = &build.cross_compiler_prefix {
        table.insert("cross_compiler_prefix".into(), Value::String(prefix.clone()));
    }
    if let Some(dir) = &build.toolchain_dir {
        table.insert("toolchain_dir".into(), path(dir)?);
    }
    for (name, profile) in [
        ("debug", &build.debug_build_profile),
        ("release", &build.release_build_profile),
    ] {
        if let Some(profile) = profile {
            table.insert(name.into(), profile_table(profile)?);
        }
    }
    Ok(Value::Table(table))
}

fn profile_table(profile: &PlatformBuildProfile) -> Result<Value, ExportError> {
    let mut table = Table::new();
    if let Some(command) = &profile.make_root_task {
        table.insert("make_root_task".into(), Value::String(command.clone()));
    }
    table.insert("root_task_image".into(), path(&profile.root_task_image)?);
    Ok(Value::Table(table))
}
