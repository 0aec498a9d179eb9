//! The history of an option across releases.

use super::{OptionChanges, Release, all};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Why a kernel lacks an option that another release has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "was")]
pub enum Past {
    /// It was renamed.
    Renamed {
        /// The current name.
        to: String,
        /// The first release with that name.
        since: String,
    },
    /// It was removed.
    Removed {
        /// The first release without it.
        since: String,
    },
    /// Another option replaced it.
    Implied {
        /// That option.
        by: String,
        /// The first release in which it did.
        since: String,
    },
    /// It was added later.
    New {
        /// The first release that has it.
        since: String,
        /// Its earlier name, if it had one.
        before: Option<String>,
    },
}

impl fmt::Display for Past {
    /// Such as "renamed to KernelUseLogicalIDs in 13.0.0".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Past::Renamed { to, since } => write!(f, "renamed to {to} in {since}"),
            Past::Removed { since } => write!(f, "removed in {since}"),
            Past::Implied { by, since } => write!(f, "decided by {by} since {since}"),
            Past::New { since, before: None } => write!(f, "new in {since}"),
            Past::New {
                since,
                before: Some(before),
            } => write!(f, "new in {since}; before that it was {before}"),
        }
    }
}

/// What the releases say about an option that a kernel of that release lacks; none if no release
/// changed it.
pub fn past(option: &str, release: &Release) -> Option<Past> {
    let (passed, to_come) = around(release);
    let gone = passed.iter().rev().find_map(|(since, changes)| {
        let since = (*since).to_owned();
        if changes.renamed.contains_key(option) {
            return renamed_to(option, release);
        }
        if let Some(by) = changes.implied.get(option).cloned() {
            return Some(Past::Implied { by, since });
        }
        let is_removed = changes.removed.iter().any(|name| name == option);
        is_removed.then_some(Past::Removed { since })
    });
    let new = || {
        to_come.iter().find_map(|(since, changes)| {
            let before = changes
                .renamed
                .iter()
                .find(|(_, to)| *to == option)
                .map(|(from, _)| from.clone());
            let is_added = before.is_some() || changes.added.iter().any(|name| name == option);
            is_added.then(|| Past::New {
                since: (*since).to_owned(),
                before,
            })
        })
    };
    gone.or_else(new)
}

/// The name in this release of an option of an earlier release, if it was renamed.
pub(crate) fn renamed_to(option: &str, release: &Release) -> Option<Past> {
    let mut found: Option<Past> = None;
    for (since, changes) in around(release).0 {
        let name = match &found {
            Some(Past::Renamed { to, .. }) => to,
            _ => option,
        };
        if let Some(to) = changes.renamed.get(name) {
            found = Some(Past::Renamed {
                to: to.clone(),
                since: since.to_owned(),
            });
        }
    }
    found
}

/// An option that had another name before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// A name that it had in an earlier release.
    pub from: String,
    /// Its name in this release.
    pub to: String,
    /// The first release with that name.
    pub since: String,
}

/// Every former name of an option, with its name in this release.
pub fn renamed(release: &Release) -> Vec<Renamed> {
    let (passed, _) = around(release);
    let names: BTreeSet<&String> = passed.iter().flat_map(|(_, changes)| changes.renamed.keys()).collect();
    let renamed = names.into_iter().filter_map(|from| match renamed_to(from, release)? {
        Past::Renamed { to, since } => Some(Renamed {
            from: from.clone(),
            to,
            since,
        }),
        _ => None,
    });
    renamed.collect()
}

type Timeline = Vec<(&'static str, &'static OptionChanges)>;

/// The changes of all releases in order: those up to a release, and those after it.
fn around(release: &Release) -> (Timeline, Timeline) {
    let earlier = all()[0].earlier.iter().map(|(name, changes)| (name.as_str(), changes));
    let later = all().iter().map(|release| (release.name.as_str(), &release.changes));
    let mut passed: Timeline = earlier.chain(later).collect();
    let after = passed.iter().position(|(name, _)| *name == release.name);
    let to_come = passed.split_off(after.map_or(passed.len(), |at| at + 1));
    (passed, to_come)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{by_name, newest};

    fn told(option: &str, release: &str) -> Option<String> {
        past(option, by_name(release).unwrap()).map(|past| past.to_string())
    }

    #[test]
    fn the_past_of_an_option() {
        assert_eq!(
            told("KernelFPUMaxRestoresSinceSwitch", "16.0.0").unwrap(),
            "removed in 14.0.0"
        );
        assert_eq!(
            told("KernelUseLogcalIDs", "14.0.0").unwrap(),
            "renamed to KernelUseLogicalIDs in 13.0.0"
        );
        assert_eq!(
            told("KernelUseLogicalIDs", "12.1.0").unwrap(),
            "new in 13.0.0; before that it was KernelUseLogcalIDs"
        );
        assert_eq!(told("KernelArmTLSReg", "13.0.0").unwrap(), "new in 14.0.0");
        assert_eq!(
            told("KernelArch", "16.0.0").unwrap(),
            "decided by KernelSel4Arch since 11.0.0"
        );
        assert_eq!(told("KernelFPUMaxRestoresSinceSwitch", "13.0.0"), None);
        assert_eq!(told("KernelNoSuch", "13.0.0"), None);
    }

    #[test]
    fn an_older_project_s_names_lead_to_today_s() {
        let to = |option| match renamed_to(option, newest()) {
            Some(Past::Renamed { to, .. }) => Some(to),
            _ => None,
        };
        assert_eq!(to("KernelX86Sel4Arch").as_deref(), Some("KernelSel4Arch"));
        assert_eq!(to("KernelUseLogcalIDs").as_deref(), Some("KernelUseLogicalIDs"));
        assert_eq!(to("KernelFPUMaxRestoresSinceSwitch"), None);
    }

    #[test]
    fn no_release_takes_away_what_it_renames() {
        for release in all() {
            let changes = &release.changes;
            for (from, to) in &changes.renamed {
                assert!(!changes.removed.contains(from) && !changes.added.contains(to), "{from}");
            }
        }
    }
}
