//! From the environment of a build script to the configuration for its target.

use super::directives::cfgs;
use super::environment::BuildEnv;
use super::error::BuildScriptError;
use super::pairing::RustTarget;
use super::which::{Which, which};
use crate::lock;
use crate::model::contextualized::Contextualized;
use crate::model::{Arch, Document, Platform, RustArch, SeL4Arch};
use crate::value::SingleValue;
use std::collections::BTreeSet;
use std::path::Path;

/// The configuration for a build script's target.
pub struct Resolved {
    /// How the file was found.
    pub which: Which,
    /// The file that it comes from.
    pub document: Document,
    /// Its content, resolved for the target.
    pub config: Contextualized,
    /// Whether the platform follows from the target because nobody named one.
    pub platform_was_chosen: bool,
}

/// Reads the configuration that the environment selects and resolves it for cargo's target.
pub fn resolve(env: &BuildEnv) -> Result<Resolved, BuildScriptError> {
    let which = which(env)?;
    let document = match &which.path {
        Some(path) => Document::read(path)?,
        None => Document::embedded(),
    };
    let sel4_arch: SeL4Arch = match &env.sel4_override_sel4_arch {
        Some(word) => parse("SEL4_OVERRIDE_SEL4_ARCH", word)?,
        None => parse::<RustArch>("CARGO_CFG_TARGET_ARCH", &env.cargo_cfg_target_arch)?.sel4_arch(),
    };
    let arch: Arch = match &env.sel4_override_arch {
        Some(word) => parse("SEL4_OVERRIDE_ARCH", word)?,
        None => sel4_arch.arch(),
    };
    let platform = match &env.sel4_platform {
        Some(name) => Platform(name.clone()),
        None => document.default_platform(sel4_arch)?,
    };
    let target = RustTarget::from_env();
    let data = document.platform(&platform).ok();
    // Either the target or the platform is not what was meant. Both are reported; a build script
    // that only reads the configuration may ask for any kernel of the platform.
    if let (Some(target), Some(data)) = (&target, data)
        && !data.sel4_arch.contains_key(&sel4_arch)
    {
        target.check(data, sel4_arch)?;
    }
    let mut config = document.contextualize(arch, sel4_arch, env.profile.is_debug(), &platform)?;
    config.pins = lock::read(&document)?;
    config.rust_target = target.map(|target| target.name);
    Ok(Resolved {
        which,
        document,
        config,
        platform_was_chosen: env.sel4_platform.is_none(),
    })
}

fn parse<T: std::str::FromStr<Err = crate::arch::UnknownName>>(
    variable: &'static str,
    word: &str,
) -> Result<T, BuildScriptError> {
    word.parse()
        .map_err(|source| BuildScriptError::Architecture { variable, source })
}

impl Resolved {
    /// Makes cargo run the build script again if the file or its lock changes. A missing file would
    /// make cargo run the script every time; but if there is none, none is needed.
    pub fn reruns(&self) -> Vec<String> {
        let lock = lock::path(&self.document).filter(|path| path.exists());
        let paths = self.document.path().map(Path::to_owned).into_iter().chain(lock);
        paths
            .map(|path| format!("cargo::rerun-if-changed={}", path.display()))
            .collect()
    }

    /// The warnings if the file or the platform was chosen automatically.
    pub fn warnings(&self) -> Vec<String> {
        let context = &self.config.context;
        let platform = self.platform_was_chosen.then(|| {
            format!(
                "SEL4_PLATFORM is not set: building for platform `{}`, chosen for {}",
                context.platform, context.sel4_arch
            )
        });
        self.which.note.iter().cloned().chain(platform).collect()
    }

    /// Declares the file's boolean options as cfgs, also those that don't apply here.
    pub fn declarations(&self) -> Vec<String> {
        let config = &self.document.full().sel4.config;
        let tables = [&config.shared, &config.debug, &config.release];
        let options = tables.into_iter().chain(config.contextual.values()).flatten();
        let booleans = options.filter(|(_, value)| matches!(value, SingleValue::Boolean(_)));
        let names: BTreeSet<&str> = booleans.map(|(name, _)| name.as_str()).collect();
        cfgs(names.into_iter().map(|name| (name, false)))
    }
}
