//! The table of `selfe config`: each option, what was requested, what the kernel settled on, and
//! why that differs.

use crate::context::Chosen;
use crate::{proofs, table};
use selfe_config::listing::SettledOptions;
use selfe_config::model::place::Place;
use selfe_config::options::OptionReport;
use selfe_config::options::{KernelOption, KernelOptions, Origin};
use selfe_config::release::Release;
use std::path::Path;

/// Marks an empty cell.
const NOTHING: &str = "-";

/// Prints the table; `found` is what the kernel settled on, if that is known.
pub fn print(chosen: &Chosen, options: &KernelOptions, release: &Release, found: Option<&SettledOptions>) {
    let places = chosen.document.origins("sel4.config", &chosen.config.context);
    let head = ["option", "asked for", "settled on", "asked by", "why it differs"];
    let mut rows = vec![head.map(str::to_owned)];
    for (name, option) in &options.options {
        let by = match option.origin {
            Origin::Selfe => "selfe".to_owned(),
            Origin::Release => format!("release {}", release.name),
            Origin::Platform => format!("platform {}", chosen.config.context.platform),
            Origin::Verified => proofs::origin(chosen),
            Origin::Sel4Toml => place(chosen, places.get(name).or_else(|| places.get(options.former(name)?))),
        };
        let (settled, why) = outcome(name, option, found);
        rows.push([name.clone(), option.value.to_string(), settled, by, why]);
    }
    for report in &options.translated {
        let by = place(chosen, places.get(&report.name));
        let nothing = NOTHING.to_owned();
        rows.push([
            report.name.clone(),
            report.asked.clone(),
            nothing,
            by,
            report.verdict.to_string(),
        ]);
    }
    table::print(&rows);
}

/// The value that the kernel settled on, and why it differs.
fn outcome(name: &str, option: &KernelOption, found: Option<&SettledOptions>) -> (String, String) {
    let Some(found) = found else {
        return (NOTHING.to_owned(), String::new());
    };
    let is_about = |report: &&OptionReport| report.name == name;
    let why = found
        .reports
        .iter()
        .find(is_about)
        .map(|report| report.verdict.to_string());
    let asked = option.value.to_string();
    let settled = match (found.options.get(name), &why) {
        (Some(value), _) => value.clone(),
        (None, Some(_)) => NOTHING.to_owned(),
        // A setting that is not an option of the kernel reaches it unchanged.
        (None, None) => asked,
    };
    (settled, why.unwrap_or_default())
}

/// The place of an option in sel4.toml: the file's name, the line and the table.
pub fn place(chosen: &Chosen, place: Option<&Place>) -> String {
    let name = chosen
        .document
        .path()
        .and_then(Path::file_name)
        .map_or("default".into(), |name| name.to_string_lossy());
    match place {
        Some(Place { table, line, .. }) => format!("{name}:{line} [{table}]"),
        // Translated from an older option, as the report says.
        None => name.into_owned(),
    }
}
