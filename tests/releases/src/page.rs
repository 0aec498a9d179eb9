//! `docs/releases.md`: a section for each release, newest first.

use crate::kernels::{self, CONFIGURATIONS, Configuration, Revision};
use selfe_config::cache::Cache;
use selfe_config::progress::Progress;
use selfe_config::release::{self, Release};
use selfe_releases::section::{Group, Kernels, section};
use std::error::Error;

/// The path of the page, relative to the workspace's root.
pub const FILE: &str = "docs/releases.md";

/// Configurations that a reader would name together.
const GROUPS: &[Group] = &[
    Group {
        name: "arm",
        members: &["aarch32", "aarch64", "aarch64-hyp"],
    },
    Group {
        name: "x86_64",
        members: &["x86_64", "x86_64-mcs"],
    },
    Group {
        name: "aarch64",
        members: &["aarch64", "aarch64-hyp"],
    },
];

const HEAD: &str = "\
# What a new release of seL4 changes for a program

The differences between the bindings that selfe-sys makes for one release and for the next: names, arguments, fields and values.
The kernel's options are not here: `selfe options` and `selfe config` tell about those.

`cargo xtask releases` writes this page. It builds the kernels of every release that selfe knows, has the bindings of each made and
compares them; nothing here is written by hand. Two names that are much alike and stand for the same are taken for one thing renamed.
A line begins with the kernels that it is about:

| kernel | platform | options beside those of the workspace's sel4.toml |
| --- | --- | --- |
";

/// The items of a release, for each configuration that the release has.
///
/// # Errors
/// A kernel can't be built, or its headers can't be read.
pub fn kernels(
    cache: &Cache,
    revision: Revision,
    release: &Release,
    configurations: &[Configuration],
    progress: &dyn Progress,
) -> Result<Kernels, Box<dyn Error>> {
    let mut all = Kernels::new();
    for configuration in configurations {
        // The list is in chronological order.
        let since = release::all()
            .iter()
            .skip_while(|release| release.name != configuration.since);
        if !since.into_iter().any(|since| since.name == release.name) {
            continue;
        }
        let wrong = |error: Box<dyn Error>| format!("{} of seL4 {}: {error}", configuration.name, revision.name());
        let manifest = kernels::build(cache, revision, configuration, progress).map_err(wrong)?;
        let items = kernels::items(&manifest).map_err(wrong)?;
        all.insert(configuration.name.to_owned(), items);
    }
    Ok(all)
}

/// The whole page.
///
/// # Errors
/// As for [`kernels`].
pub fn page(cache: &Cache, progress: &dyn Progress) -> Result<String, Box<dyn Error>> {
    let mut sections = Vec::new();
    let mut before: Option<(&Release, Kernels)> = None;
    for release in release::all() {
        let now = kernels(cache, Revision::Tag(&release.name), release, CONFIGURATIONS, progress)?;
        if let Some((previous, old)) = &before {
            sections.push(format!("{}{}", heading(release, previous), section(old, &now, GROUPS)));
        }
        before = Some((release, now));
    }
    sections.reverse();
    Ok(format!("{}{}", head(), sections.concat()))
}

/// The section of one release, as the page should contain it.
///
/// # Errors
/// As for [`kernels`].
pub fn changes(
    cache: &Cache,
    (previous, old): (&Release, Revision),
    (release, new): (&Release, Revision),
    configurations: &[Configuration],
    progress: &dyn Progress,
) -> Result<String, Box<dyn Error>> {
    let old = kernels(cache, old, previous, configurations, progress)?;
    let new = kernels(cache, new, release, configurations, progress)?;
    Ok(section(&old, &new, GROUPS))
}

/// Whether a page has this text as the section of a release.
pub fn has_section(page: &str, release: &Release, previous: &Release, section: &str) -> bool {
    let heading = heading(release, previous);
    let found = page.split_once(heading.as_str()).map(|(_, rest)| rest);
    let found = found.map(|rest| rest.split("\n## ").next().unwrap_or(rest));
    found.is_some_and(|found| found.trim() == section.trim())
}

fn heading(release: &Release, previous: &Release) -> String {
    format!("\n## {} after {}\n", release.name, previous.name)
}

fn head() -> String {
    let mut text = HEAD.to_owned();
    for configuration in CONFIGURATIONS {
        let options: Vec<String> = configuration.options.lines().map(|line| format!("`{line}`")).collect();
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            configuration.name,
            configuration.platform,
            options.join(", ")
        ));
    }
    for group in GROUPS {
        let members = group.members.join(", ");
        let is_kernel = CONFIGURATIONS.iter().any(|one| one.name == group.name);
        let stands = if is_kernel {
            format!(
                "\n`{}` stands for all of {members} where they changed alike.\n",
                group.name
            )
        } else {
            format!("\n`{}` stands for all of {members}.\n", group.name)
        };
        text.push_str(&stands);
    }
    text
}
