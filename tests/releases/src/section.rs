//! A release's section of `docs/releases.md`: what changed since the previous release, and on which
//! kernels.

use crate::compare::{Change, compare};
use crate::families::words;
use crate::items::{Items, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// The items of one release, by configuration.
pub type Kernels = BTreeMap<String, Items>;

/// Configurations with a common name.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The common name.
    pub name: &'static str,
    /// The names of the configurations.
    pub members: &'static [&'static str],
}

/// The text of the section, without its heading. Configurations that one of the releases lacks are
/// left out.
pub fn section(old: &Kernels, new: &Kernels, groups: &[Group]) -> String {
    let mut where_found: BTreeMap<Change, BTreeSet<&str>> = BTreeMap::new();
    let mut compared: BTreeSet<&str> = BTreeSet::new();
    for (name, items) in new {
        let Some(before) = old.get(name) else { continue };
        compared.insert(name);
        for change in compare(before, items) {
            where_found.entry(change).or_default().insert(name);
        }
    }
    // Changes of one kind on the same kernels share a line.
    let mut lines: BTreeMap<(Title, Reach, BTreeSet<&str>), Vec<&Change>> = BTreeMap::new();
    for (change, kernels) in &where_found {
        let reach = Reach(compared.len() - kernels.len());
        lines
            .entry((title(change), reach, kernels.clone()))
            .or_default()
            .push(change);
    }
    let mut text = String::new();
    let mut last = None;
    for ((title, _, kernels), changes) in lines {
        if last != Some(title) {
            text.push_str(&format!("\n### {}\n\n", title.words()));
            last = Some(title);
        }
        let place = place(&kernels, &compared, groups);
        for line in written(title, &changes) {
            text.push_str(&format!("- {place}: {line}\n"));
        }
    }
    if text.is_empty() {
        text.push_str("\nNothing that a program can notice.\n");
    }
    text
}

/// The number of kernels without the change, so that changes of all kernels come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reach(usize);

/// The heading for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Title {
    Renamed,
    Gone(Kind),
    New(Kind),
    Shape,
    Value,
}

impl Title {
    fn words(self) -> &'static str {
        match self {
            Title::Renamed => "Renamed",
            Title::Gone(Kind::Function) => "Functions that are gone",
            Title::Gone(Kind::Constant) => "Constants that are gone",
            Title::Gone(Kind::Type) => "Types that are gone",
            Title::New(Kind::Function) => "New functions",
            Title::New(Kind::Constant) => "New constants",
            Title::New(Kind::Type) => "New types",
            Title::Shape => "Other arguments, results and fields",
            Title::Value => "Other values",
        }
    }
}

fn title(change: &Change) -> Title {
    match change {
        Change::Renamed { .. } => Title::Renamed,
        Change::Gone(kind, _) => Title::Gone(*kind),
        Change::New(kind, _) => Title::New(*kind),
        Change::Shape { .. } => Title::Shape,
        Change::Value { .. } | Change::Renumbered { .. } => Title::Value,
    }
}

/// The lines for the changes under one heading on the same kernels.
fn written(title: Title, changes: &[&Change]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut plain = Vec::new();
    let mut renumbered: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Gone(_, name) | Change::New(_, name) => plain.push(name.as_str()),
            Change::Renamed { from, to, .. } => lines.push(format!("`{from}` is `{to}`")),
            Change::Value { name, from, to } => lines.push(format!("`{name}`: {from}, now {to}")),
            Change::Renumbered { family, name } => renumbered.entry(family).or_default().push(name),
            Change::Shape { name, from, to, .. } => lines.push(format!("`{name}`: {}", difference(from, to))),
        }
    }
    for (family, names) in renumbered {
        let names = match names[..] {
            ref few if few.len() <= 4 => few
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", "),
            ref many => format!("{} values", many.len()),
        };
        lines.push(format!("`{family}`: other numbers for {names}"));
    }
    if matches!(title, Title::Gone(_) | Title::New(_)) {
        lines.push(words(plain).join(", "));
    }
    lines
}

/// Two types, reduced to the fields that differ.
fn difference(from: &str, to: &str) -> String {
    let (Some(old), Some(new)) = (fields(from), fields(to)) else {
        return format!("`{from}`, now `{to}`");
    };
    let only = |these: &[&str], others: &[&str]| {
        let only: Vec<String> = these
            .iter()
            .filter(|field| !others.contains(field))
            .map(|field| format!("`{field}`"))
            .collect();
        only.join(", ")
    };
    match (only(&old, &new), only(&new, &old)) {
        (gone, fresh) if gone.is_empty() && fresh.is_empty() => "its fields have another order".to_owned(),
        (gone, fresh) if gone.is_empty() => format!("has also {fresh}"),
        (gone, fresh) if fresh.is_empty() => format!("is without {gone}"),
        (gone, fresh) => format!("has {fresh} in place of {gone}"),
    }
}

/// The fields of a struct.
fn fields(shape: &str) -> Option<Vec<&str>> {
    let fields = shape.strip_prefix("{ ")?.strip_suffix(" }")?;
    Some(fields.split(", ").collect())
}

/// The kernels that have a change, named by group where possible.
fn place(kernels: &BTreeSet<&str>, compared: &BTreeSet<&str>, groups: &[Group]) -> String {
    if kernels == compared {
        return "everywhere".to_owned();
    }
    let mut rest = kernels.clone();
    let mut words = Vec::new();
    for group in groups {
        let members: BTreeSet<&str> = group
            .members
            .iter()
            .copied()
            .filter(|name| compared.contains(name))
            .collect();
        if members.len() > 1 && members.is_subset(&rest) {
            rest = &rest - &members;
            words.push(group.name);
        }
    }
    words.extend(rest);
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::parse;

    const GROUPS: &[Group] = &[Group {
        name: "x86",
        members: &["x86_64", "x86_64-mcs"],
    }];

    fn kernels(texts: [&str; 3]) -> Kernels {
        let names = ["aarch64", "x86_64", "x86_64-mcs"];
        names
            .into_iter()
            .zip(texts)
            .map(|(name, text)| (name.to_owned(), parse(text).unwrap()))
            .collect()
    }

    #[test]
    fn a_change_is_told_once_with_the_kernels_that_have_it() {
        let old = kernels(["pub const a: u32 = 1;", "", ""]);
        let new = kernels([
            "pub const a: u32 = 2; pub type b = u8;",
            "pub type b = u8;",
            "pub type b = u8;",
        ]);
        let text = section(&old, &new, GROUPS);
        assert_eq!(
            text,
            "\n### New types\n\n- everywhere: `b`\n\n### Other values\n\n- aarch64: `a`: 1, now 2\n"
        );
        let text = section(
            &kernels(["", "", ""]),
            &kernels(["", "pub type b = u8;", "pub type b = u8;"]),
            GROUPS,
        );
        assert_eq!(text, "\n### New types\n\n- x86: `b`\n");
    }

    #[test]
    fn a_kernel_that_was_not_there_is_left_out() {
        let mut old = kernels(["", "", ""]);
        old.remove("aarch64");
        let text = section(&old, &kernels(["pub type b = u8;", "", ""]), GROUPS);
        assert_eq!(text, "\nNothing that a program can notice.\n");
    }

    #[test]
    fn of_a_type_the_fields_that_differ_are_told() {
        let old = kernels(["pub struct s { pub a: u8, pub b: u8 }", "", ""]);
        let new = kernels(["pub struct s { pub a: u8, pub c: u16 }", "", ""]);
        assert!(section(&old, &new, GROUPS).contains("- aarch64: `s`: has `c: u16` in place of `b: u8`\n"));
    }
}
