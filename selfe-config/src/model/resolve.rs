//! From the whole file to one context: shared, then profile, then arch, then sel4_arch, then
//! platform; a later table overrides an earlier one.

use super::contextualized::{AskedAt, Build, Context, Contextualized, RootTask, Verified};
use super::error::ImportError;
use super::full::{Full, PropertiesTree};
use super::{Arch, Pins, Platform, RepoSource, SeL4Arch, SeL4Sources, SingleValue};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The sub-tables that apply in a context, the strongest last; the empty name is the table itself.
pub(crate) fn tables(context: &Context) -> [String; 5] {
    let profile = if context.is_debug { "debug" } else { "release" };
    [
        String::new(),
        profile.to_owned(),
        context.arch.to_string(),
        context.sel4_arch.to_string(),
        context.platform.to_string(),
    ]
}

impl PropertiesTree {
    /// The options that apply in a context.
    pub fn resolve(&self, context: &Context) -> BTreeMap<String, SingleValue> {
        let mut resolved = self.shared.clone();
        resolved.extend(if context.is_debug {
            self.debug.clone()
        } else {
            self.release.clone()
        });
        for name in &tables(context)[2..] {
            resolved.extend(self.contextual.get(name).cloned().unwrap_or_default());
        }
        resolved
    }
}

impl Contextualized {
    /// Resolves a configuration for one context; relative paths count from `base_dir`.
    ///
    /// # Errors
    /// It has no `[build.PLATFORM]` for that platform, or the sel4_arch is not one of the arch.
    pub fn from_full(
        full: &Full,
        arch: Arch,
        sel4_arch: SeL4Arch,
        is_debug: bool,
        platform: Platform,
        base_dir: Option<&Path>,
    ) -> Result<Self, ImportError> {
        if sel4_arch.arch() != arch {
            return Err(ImportError::ArchMismatch { arch, sel4_arch });
        }
        if !platform.is_valid() {
            return Err(ImportError::PlatformName(platform.0));
        }
        let Some(build) = full.build.get(&platform.0) else {
            let known: Vec<String> = full.build.keys().cloned().collect();
            let nearest = crate::nearest::nearest(&platform.0, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(ImportError::NoBuildTable {
                platform: platform.0,
                path: None,
                known,
                nearest,
            });
        };
        let profile = if is_debug {
            &build.debug_build_profile
        } else {
            &build.release_build_profile
        };
        let from_base = |path: &PathBuf| base_dir.map_or_else(|| path.clone(), |base| base.join(path));
        let source = |source: &RepoSource| source.below(base_dir);
        let context = Context {
            platform,
            is_debug,
            base_dir: base_dir.map(Path::to_owned),
            arch,
            sel4_arch,
        };
        Ok(Contextualized {
            sel4_sources: SeL4Sources {
                kernel: source(&full.sel4.sources.kernel),
                tools: source(&full.sel4.sources.tools),
                util_libs: source(&full.sel4.sources.util_libs),
            },
            follows_release: full.sel4.follows_release,
            opensbi: full.sel4.opensbi.as_ref().map(source),
            pins: Pins::default(),
            verified: full.sel4.verified.as_ref().map(|name| Verified {
                name: name.clone(),
                at: "sel4.toml".to_owned(),
            }),
            rust_target: None,
            build_dir: full.sel4.build_dir.as_ref().map(from_base),
            sel4_config: full.sel4.config.resolve(&context),
            asked_at: AskedAt::default(),
            deny_ignored_options: full.sel4.deny_ignored_options,
            metadata: full.metadata.resolve(&context),
            build: Build {
                compiler: build.compiler,
                cross_compiler_prefix: build.cross_compiler_prefix.clone(),
                toolchain_dir: build.toolchain_dir.as_ref().map(from_base),
                root_task: profile.as_ref().map(|profile| RootTask {
                    make_command: profile.make_root_task.clone(),
                    image_path: profile.root_task_image.clone(),
                }),
            },
            context,
        })
    }
}
