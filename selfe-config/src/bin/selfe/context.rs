//! The selected configuration: the sel4.toml, and the platform, architecture and profile that it is
//! resolved for.

use crate::exit::Failure;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::cache::Cache;
use selfe_config::lock::{self, Rule};
use selfe_config::model::contextualized::Contextualized;
use selfe_config::model::{Arch, Document, Platform, RustArch, SeL4Arch};
use selfe_config::platform::PlatformData;
use selfe_config::progress::{Progress, Silent};
use std::path::{Path, PathBuf};

/// The flags that choose platform, architecture and profile.
#[derive(Args, Debug, Clone, Default)]
pub struct Choice {
    /// The exact architecture, such as x86_64 or aarch64 [default: SEL4_OVERRIDE_SEL4_ARCH, or else
    /// what the platform runs]
    #[arg(long = "sel4_arch", alias = "sel4-arch", value_name = "ARCH")]
    sel4_arch: Option<String>,
    /// The architecture family: arm, x86 or riscv [default: SEL4_OVERRIDE_ARCH, or else that of the
    /// sel4_arch]
    #[arg(long, value_name = "ARCH")]
    arch: Option<String>,
    /// The platform [default: SEL4_PLATFORM, or else what sel4.toml sets up]
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    /// The debug profile (the default)
    #[arg(long, conflicts_with = "release")]
    debug: bool,
    /// The release profile
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    pub locked: Locked,
}

/// The flag that keeps sel4.lock as it is.
#[derive(Args, Debug, Clone, Copy, Default)]
pub struct Locked {
    /// Fail if sel4.lock would have to change; SELFE_LOCKED=1 does the same, also for cargo
    #[arg(long)]
    locked: bool,
}

impl Locked {
    /// How sel4.lock may change.
    ///
    /// # Errors
    /// SELFE_LOCKED is neither 1 nor 0.
    pub fn rule(self) -> Result<Rule, Failure> {
        Ok(if self.locked || lock::is_asked_for()? {
            Rule::Locked
        } else {
            Rule::Complete
        })
    }
}

/// A configuration that was selected and resolved.
pub struct Chosen {
    pub document: Document,
    pub config: Contextualized,
}

/// The sel4.toml in the current folder or the nearest one above it, or else the one that
/// `SEL4_CONFIG_PATH` names.
///
/// # Errors
/// It can't be used.
pub fn find() -> Result<Option<Document>, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(ErrorKind::Usage, format!("can't determine the current folder: {error}")))?;
    if let Some(path) = here
        .ancestors()
        .map(|dir| dir.join("sel4.toml"))
        .find(|path| path.exists())
    {
        return Ok(Some(Document::read(&path)?));
    }
    let Some(path) = variable_path("SEL4_CONFIG_PATH") else {
        return Ok(None);
    };
    // The file itself, whatever link names it: relative paths in it count from there.
    let path = path.canonicalize().map_err(|error| {
        let message = format!(
            "SEL4_CONFIG_PATH names {}, which can't be read: {error}\ncorrect SEL4_CONFIG_PATH, or unset it",
            path.display()
        );
        Failure::new(ErrorKind::Usage, message)
    })?;
    Ok(Some(Document::read(&path)?))
}

/// As [`find`], for a command that needs a file.
pub fn require() -> Result<Document, Failure> {
    find()?.ok_or_else(|| {
        let here = std::env::current_dir().unwrap_or_default();
        let message = format!(
            "found no sel4.toml in {} or a folder above it\nrun this in a project that has one, or set SEL4_CONFIG_PATH to one; `selfe new PATH` creates a project",
            here.display()
        );
        Failure::new(ErrorKind::Usage, message)
    })
}

impl Choice {
    /// The same choice with an architecture.
    pub fn on(self, sel4_arch: Option<SeL4Arch>) -> Self {
        Choice {
            sel4_arch: sel4_arch.map(|sel4_arch| sel4_arch.to_string()),
            ..self
        }
    }

    /// A choice of the platform alone.
    pub fn of_platform(platform: Option<String>) -> Self {
        Choice {
            platform,
            ..Choice::default()
        }
    }

    /// Resolves a configuration for the selection.
    ///
    /// # Errors
    /// A name is unknown, or the configuration has nothing for the selection.
    pub fn resolve(&self, document: Document) -> Result<Chosen, Failure> {
        let given = |flag: &Option<String>, name: &str| flag.clone().or_else(|| variable(name));
        let arch: Option<Arch> = parse("--arch", given(&self.arch, "SEL4_OVERRIDE_ARCH"))?;
        let sel4_arch: Option<SeL4Arch> = parse("--sel4_arch", given(&self.sel4_arch, "SEL4_OVERRIDE_SEL4_ARCH"))?;
        let platform = given(&self.platform, "SEL4_PLATFORM").map(Platform);
        let (platform, sel4_arch) = match (platform, sel4_arch) {
            (Some(platform), Some(sel4_arch)) => (platform, sel4_arch),
            (Some(platform), None) => {
                let sel4_arch = of_platform(document.platform(&platform)?, arch)?;
                (platform, sel4_arch)
            }
            (None, Some(sel4_arch)) => (document.default_platform(sel4_arch)?, sel4_arch),
            (None, None) => neither(&document, arch)?,
        };
        let arch = arch.unwrap_or(sel4_arch.arch());
        let config = document.contextualize(arch, sel4_arch, !self.release, &platform)?;
        Ok(Chosen { document, config })
    }
}

impl Chosen {
    /// Uses the commits in sel4.lock for branches and tags, and adds missing ones.
    ///
    /// # Errors
    /// The file can't be used, or a repository can't be reached.
    pub fn pin(&mut self, cache: &Cache, rule: Rule, progress: &dyn Progress) -> Result<(), Failure> {
        let platform = self.document.platform(&self.config.context.platform)?;
        lock::pin_build(cache, &self.document, &mut self.config, platform, rule, progress)?;
        Ok(())
    }

    /// Uses the commits in sel4.lock for branches and tags; asks for nothing and writes nothing.
    ///
    /// # Errors
    /// The file can't be used, or entries are missing and that is an error.
    pub fn pin_as_locked(&mut self, rule: Rule) -> Result<(), Failure> {
        match rule {
            // It asks nobody, so there is nothing to show.
            Rule::Locked => self.pin(&Cache::open()?, rule, &Silent),
            Rule::Complete | Rule::CompleteAsOf(_) => {
                self.config.pins = lock::read(&self.document)?;
                Ok(())
            }
        }
    }

    pub fn platform(&self) -> Result<&PlatformData, Failure> {
        Ok(self.document.platform(&self.config.context.platform)?)
    }

    /// The folder for the build output of this configuration: a folder in `target/sel4` beside
    /// sel4.toml.
    pub fn out_dir(&self) -> PathBuf {
        let context = &self.config.context;
        let base = self.document.base_dir().unwrap_or(Path::new("."));
        let profile = if context.is_debug { "debug" } else { "release" };
        base.join("target/sel4")
            .join(context.sel4_arch.as_str())
            .join(&context.platform.0)
            .join(profile)
    }
}

/// The architecture of a platform if none was named: its only one, or else this computer's.
fn of_platform(platform: &PlatformData, arch: Option<Arch>) -> Result<SeL4Arch, Failure> {
    let all: Vec<SeL4Arch> = platform
        .sel4_arch
        .keys()
        .copied()
        .filter(|one| arch.is_none_or(|arch| one.arch() == arch))
        .collect();
    match all[..] {
        [only] => Ok(only),
        _ => host().filter(|host| all.contains(host)).ok_or_else(|| {
            let known: Vec<&str> = platform.sel4_arch.keys().map(|arch| arch.as_str()).collect();
            Failure::new(
                ErrorKind::Usage,
                format!(
                    "platform `{}` runs {}\nname one of them with --sel4_arch",
                    platform.name,
                    known.join(" and ")
                ),
            )
        }),
    }
}

/// Platform and architecture if neither was named: the only platform that the file sets up, or else
/// the usual one for this computer's architecture.
fn neither(document: &Document, arch: Option<Arch>) -> Result<(Platform, SeL4Arch), Failure> {
    let mut set_up = document.full().build.keys();
    if let (Some(only), None) = (set_up.next(), set_up.next()) {
        let platform = Platform(only.clone());
        let sel4_arch = of_platform(document.platform(&platform)?, arch)?;
        return Ok((platform, sel4_arch));
    }
    let host = host()
        .filter(|host| arch.is_none_or(|arch| host.arch() == arch))
        .ok_or_else(|| {
            Failure::new(
                ErrorKind::Usage,
                "sel4.toml sets up several platforms\nname one with --platform; `selfe platforms` lists them",
            )
        })?;
    Ok((document.default_platform(host)?, host))
}

/// This computer's architecture, as seL4 names it.
fn host() -> Option<SeL4Arch> {
    std::env::consts::ARCH.parse::<RustArch>().ok().map(RustArch::sel4_arch)
}

fn parse<T: std::str::FromStr<Err = selfe_config::model::UnknownName>>(
    flag: &str,
    word: Option<String>,
) -> Result<Option<T>, Failure> {
    let parsed = word.map(|word| word.parse()).transpose();
    parsed.map_err(|error: selfe_config::model::UnknownName| Failure::new(ErrorKind::Usage, format!("{flag}: {error}")))
}

/// An environment variable; an empty value counts as unset.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn variable_path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
