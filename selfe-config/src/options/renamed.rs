//! Options of sel4.toml that have another name in the kernel's release, or that another option
//! replaced.

use super::report::{OptionReport, Verdict};
use crate::model::SingleValue;
use crate::release::{Past, Release, past, renamed_to};

/// How an option of an older release is used.
pub struct Translation {
    /// The name under which the kernel gets it; none if it is left out.
    pub name: Option<String>,
    /// What to tell the user.
    pub(crate) report: OptionReport,
}

/// How an option of sel4.toml is used; none if it is used as it is. `given` finds what else sets an
/// option of that name.
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
        // The kernel gets it nevertheless: a fork may still have it, or have it already. The
        // comparison afterwards shows whether it was used.
        Past::Removed { .. } | Past::New { .. } => None,
    }
}
