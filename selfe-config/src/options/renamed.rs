//! Options of sel4.toml that have another name in the kernel's release, or that another one decides
//! there.

use super::report::{OptionReport, Verdict};
use crate::model::SingleValue;
use crate::release::{Past, Release, past, renamed_to};

/// What is done with an option of an older release.
pub struct Translation {
    /// The name under which the kernel gets it; none if it is left out.
    pub name: Option<String>,
    /// What to tell the user.
    pub(crate) report: OptionReport,
}

/// What is done with an option of sel4.toml; none if it stays as it is. `given` finds who else
/// gives an option of that name its value.
pub(crate) fn translate(
    name: &str,
    value: &SingleValue,
    release: &Release,
    given: impl Fn(&str) -> Option<String>,
) -> Option<Translation> {
    let report = |verdict| OptionReport {
        name: name.to_owned(),
        asked: value.to_string(),
        verdict,
    };
    match renamed_to(name, release).or_else(|| past(name, release))? {
        Past::Renamed { to, since } => {
            let instead = given(&to);
            Some(Translation {
                name: instead.is_none().then(|| to.clone()),
                report: report(Verdict::Renamed { to, since, instead }),
            })
        }
        Past::Implied { by, since } => Some(Translation {
            name: None,
            report: report(Verdict::Implied { by, since }),
        }),
        // The kernel gets it nevertheless: a fork may have kept it, or have it already. What it
        // makes of it shows then.
        Past::Removed { .. } | Past::New { .. } => None,
    }
}
