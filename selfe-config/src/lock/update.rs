//! `selfe update`: the commits that branches and tags stand for today.

use super::file::{self, ChangeError, Entries, LockEntry};
use super::{LockError, NamedSource, named, path, serving};
use crate::cache::Cache;
use crate::model::{Document, GitTarget, RepoSource};
use crate::progress::Progress;
use crate::source;
use std::collections::BTreeMap;
use std::fmt;

/// The change of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The entry's name.
    pub name: String,
    /// What sel4.toml asks for; none if it no longer asks for a branch or tag.
    pub(crate) target: Option<GitTarget>,
    /// The commit before.
    pub(crate) before: Option<String>,
    /// The commit now.
    pub(crate) after: Option<String>,
}

/// Such as `kernel: tag 16.0.0: 6e7c3b733d29 -> 1a2b3c4d5e6f`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |id: &String| id.chars().take(12).collect::<String>();
        write!(f, "{}: ", self.name)?;
        if let Some(target) = &self.target {
            write!(f, "{target}: ")?;
        }
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before == after => write!(f, "{} (unchanged)", short(after)),
            (Some(before), Some(after)) => write!(f, "{} -> {}", short(before), short(after)),
            (None, Some(after)) => write!(f, "{} (new)", short(after)),
            (Some(before), None) => write!(f, "{} (removed)", short(before)),
            (None, None) => f.write_str("names a commit or a folder by itself, and needs no entry"),
        }
    }
}

/// Asks the repositories again, and writes the lock file unless `is_dry`. `names` are the sources
/// to update; if empty, those of the platforms that sel4.toml sets up, and those that have an
/// entry.
///
/// # Errors
/// The lock file is damaged, a name is unknown, a repository can't be reached or does not have what
/// sel4.toml names, or the file can't be written. Nothing is changed then.
pub fn update(
    cache: &Cache,
    document: &Document,
    names: &[String],
    is_dry: bool,
    progress: &dyn Progress,
) -> Result<Vec<Change>, LockError> {
    let Some(path) = path(document) else {
        return Ok(Vec::new());
    };
    let all = named(document);
    if let Some(name) = names.iter().find(|name| all.iter().all(|named| named.name != **name)) {
        return Err(LockError::NoSuchSource {
            name: name.clone(),
            known: all.into_iter().map(|named| named.name).collect(),
        });
    }
    let before = file::read(&path)?.unwrap_or_default();
    let is_meant = |named: &&NamedSource| match names {
        [] => named.source.may_move() && (named.is_used || before.contains_key(&named.name)),
        names => names.contains(&named.name),
    };
    let mut changes = Vec::new();
    let mut asked = Entries::new();
    for named in all.iter().filter(is_meant) {
        let mut target = None;
        if let RepoSource::RemoteGit { url, target: wanted } = &named.source
            && named.source.may_move()
        {
            let commit = source::ask(cache, url, wanted, progress)?;
            asked.insert(named.name.clone(), LockEntry::new(&named.source, &commit));
            target = Some(wanted.clone());
        }
        changes.push(Change {
            name: named.name.clone(),
            target,
            before: before.get(&named.name).map(|entry| entry.commit.clone()),
            after: asked.get(&named.name).map(|entry| entry.commit.clone()),
        });
    }
    let merge = |now: Entries| {
        let (mut now, _) = serving(now, &all);
        now.extend(asked.clone());
        now
    };
    let after = if is_dry {
        merge(before.clone())
    } else {
        file::change(&path, document.path(), merge, None).map_err(|error| match error {
            ChangeError::Damaged(error) => error,
            ChangeError::Refused(source) => LockError::Write { path, source },
        })?
    };
    let told: BTreeMap<&String, &Change> = changes.iter().map(|change| (&change.name, change)).collect();
    let gone = before
        .iter()
        .filter(|(name, _)| !after.contains_key(*name) && !told.contains_key(name));
    let gone = gone.map(|(name, entry)| Change {
        name: name.clone(),
        target: None,
        before: Some(entry.commit.clone()),
        after: None,
    });
    let gone: Vec<Change> = gone.collect();
    changes.extend(gone);
    Ok(changes)
}
