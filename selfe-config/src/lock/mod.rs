//! sel4.lock: which commits the branches and tags of sel4.toml stand for.
//!
//! The file belongs beside sel4.toml, under version control. The first build that needs a source
//! asks its repository and records the commit; every later build, on every machine, uses that
//! commit and asks nobody. An entry is used as long as sel4.toml asks for the same;
//! [`update`](mod@update) asks again. Sources that are a full commit id or a folder have no entry.

mod error;
mod file;
mod named;
pub mod update;

pub use error::LockError;
pub use named::{NamedSource, named};

use crate::cache::Cache;
use crate::model::contextualized::Contextualized;
use crate::model::{Document, Pins, RepoSource};
use crate::platform::{ImageKind, PlatformData};
use crate::progress::Progress;
use crate::source;
use file::{Entries, LockEntry};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How sel4.lock may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Missing entries are added.
    Complete,
    /// As [`Rule::Complete`], but a written file gets that time. Cargo watches it, and would run a
    /// build script again for a file that is newer than the script's start.
    CompleteAsOf(SystemTime),
    /// A missing or unneeded entry is an error: `--locked`.
    Locked,
}

/// The environment variable with the effect of `--locked`: cargo does not tell build scripts about
/// its own `--locked`.
pub const VARIABLE: &str = "SELFE_LOCKED";

/// Whether the environment asks for [`Rule::Locked`].
///
/// # Errors
/// The variable is neither 1 nor 0.
pub fn is_asked_for() -> Result<bool, LockError> {
    let value = std::env::var_os(VARIABLE).unwrap_or_default();
    match value.to_str() {
        Some("1" | "true") => Ok(true),
        Some("" | "0" | "false") => Ok(false),
        _ => Err(LockError::Variable {
            value: value.to_string_lossy().into_owned(),
        }),
    }
}

/// A source that a command needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The source.
    pub(crate) source: RepoSource,
    /// Whether the command fails without it. If another source can't be reached, its entry stays as
    /// it is.
    pub(crate) is_vital: bool,
}

impl Wanted {
    /// A source without which the command fails.
    pub fn vital(source: &RepoSource) -> Self {
        Wanted {
            source: source.clone(),
            is_vital: true,
        }
    }
}

/// The lock file of a configuration; none if the configuration is not from a file.
pub fn path(document: &Document) -> Option<PathBuf> {
    document.path().map(|path| path.with_extension("lock"))
}

/// The entries of the lock file that match sel4.toml. Nothing is fetched or written.
///
/// # Errors
/// The file can't be read, or is damaged.
pub fn read(document: &Document) -> Result<Pins, LockError> {
    let Some(path) = path(document) else {
        return Ok(Pins::default());
    };
    let (entries, _) = serving(file::read(&path)?.unwrap_or_default(), &named(document));
    Ok(pins(&path, entries))
}

/// Gives a configuration the commits of the sources of its kernel, and of an image.
///
/// # Errors
/// As for [`pin`].
pub fn pin_build(
    cache: &Cache,
    document: &Document,
    config: &mut Contextualized,
    platform: &PlatformData,
    rule: Rule,
    progress: &dyn Progress,
) -> Result<(), LockError> {
    config.pins = pin(cache, document, &of_build(config, platform), rule, progress)?;
    Ok(())
}

/// The commits of some sources: from the lock file, or else resolved now and recorded there.
///
/// # Errors
/// The lock file is damaged, a vital source can't be reached, or the rule is [`Rule::Locked`] and
/// the file would change.
pub fn pin(
    cache: &Cache,
    document: &Document,
    wanted: &[Wanted],
    rule: Rule,
    progress: &dyn Progress,
) -> Result<Pins, LockError> {
    let Some(path) = path(document) else {
        return Ok(Pins::default());
    };
    let named = named(document);
    let (mut entries, leftovers) = serving(file::read(&path)?.unwrap_or_default(), &named);
    let lacks = |named: &&NamedSource| named.source.may_move() && !entries.contains_key(&named.name);
    let lacking: Vec<&NamedSource> = named.iter().filter(lacks).collect();
    let lacking: Vec<(&NamedSource, &Wanted)> = lacking
        .into_iter()
        .filter_map(|named| Some((named, wanted.iter().find(|wanted| wanted.source == named.source)?)))
        .collect();
    let written_at = match rule {
        Rule::Locked if lacking.is_empty() && leftovers.is_empty() => return Ok(pins(&path, entries)),
        Rule::Locked => {
            let lacking = lacking.into_iter().map(|(named, _)| named);
            return Err(LockError::would_change(&path, lacking, &leftovers));
        }
        Rule::Complete => None,
        Rule::CompleteAsOf(time) => Some(time),
    };
    let mut unsure = Vec::new();
    let mut added = Entries::new();
    for (named, wanted) in lacking {
        let RepoSource::RemoteGit { url, target } = &named.source else {
            continue;
        };
        let found = match source::look_up(cache, url, target, progress) {
            Ok(found) => found,
            Err(error) if wanted.is_vital => return Err(error.into()),
            // Nothing needs it yet. A command that does will report the error.
            Err(_) => continue,
        };
        if found.is_current {
            added.insert(named.name.clone(), LockEntry::new(&named.source, &found.commit));
        } else {
            // Good enough for this build, but not to be recorded for all.
            unsure.push((named.source.clone(), found.commit));
        }
    }
    if !added.is_empty() || !leftovers.is_empty() {
        // What another build has added meanwhile takes precedence.
        let merge = |now: Entries| {
            let (mut now, _) = serving(now, &named);
            for (name, entry) in &added {
                now.entry(name.clone()).or_insert_with(|| entry.clone());
            }
            now
        };
        entries = match file::change(&path, document.path(), merge, written_at) {
            Ok(written) => written,
            Err(file::ChangeError::Damaged(error)) => return Err(error),
            Err(file::ChangeError::Refused(error)) => {
                progress.warn(&format!(
                    "can't write {}: {error}: no commit is pinned, and the next build may take others",
                    path.display()
                ));
                entries.extend(added);
                entries
            }
        };
    }
    let mut pins = pins(&path, entries);
    pins.add(unsure);
    Ok(pins)
}

/// The sources of a kernel's build, and of its image if it needs any.
fn of_build(config: &Contextualized, platform: &PlatformData) -> Vec<Wanted> {
    if config.build_dir.is_some() {
        return Vec::new();
    }
    let mut wanted = vec![Wanted::vital(&config.sel4_sources.kernel)];
    let of_image = |source: &RepoSource| Wanted {
        source: source.clone(),
        is_vital: false,
    };
    if platform.image == ImageKind::Elfloader {
        wanted.push(of_image(&config.sel4_sources.tools));
        wanted.push(of_image(&config.sel4_sources.util_libs));
        let arch = platform.sel4_arch.get(&config.context.sel4_arch);
        let usual = arch.and_then(|arch| arch.opensbi.as_ref());
        wanted.extend(usual.map(|usual| of_image(&config.firmware(usual))));
    }
    wanted
}

/// The entries that match sel4.toml, and the names of the others.
fn serving(entries: Entries, named: &[NamedSource]) -> (Entries, Vec<String>) {
    let serves = |name: &str, entry: &LockEntry| {
        let mut named = named.iter().filter(|named| named.source.may_move());
        named.any(|named| named.name == *name && named.source == entry.source)
    };
    let (serving, others): (Entries, Entries) = entries.into_iter().partition(|(name, entry)| serves(name, entry));
    (serving, others.into_keys().collect())
}

fn pins(path: &Path, entries: Entries) -> Pins {
    Pins::new(path, entries.into_values().map(|entry| (entry.source, entry.commit)))
}
