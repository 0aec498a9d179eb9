//! Abbreviates lists of names: `seL4_CNode_{Copy, Delete, Move}`.

use std::collections::{BTreeMap, BTreeSet};

/// This many names with a common prefix are abbreviated.
const FAMILY: usize = 3;
/// This many suffixes are listed; more are only counted.
const WRITTEN_OUT: usize = 12;

/// The abbreviated names, each as Markdown code.
pub fn words<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let (accessors, plain) = accessors(&names);
    let mut words = Vec::new();
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in plain {
        families.entry(beginning(name)).or_default().push(name);
    }
    for (beginning, names) in families {
        if names.len() < FAMILY || beginning.is_empty() {
            words.extend(names.iter().map(|name| format!("`{name}`")));
            continue;
        }
        let ends: Vec<&str> = names.iter().map(|name| &name[beginning.len()..]).collect();
        words.push(braced(beginning, &ends));
    }
    for (bitfield, fields) in accessors {
        let fields: Vec<&str> = fields.into_iter().collect();
        match fields[..] {
            [] => words.push(format!("the constructors of `{bitfield}`")),
            [field] => words.push(format!("the accessors of `{bitfield}` for `{field}`")),
            _ if fields.len() <= WRITTEN_OUT => {
                words.push(format!("the accessors of `{bitfield}` for `{}`", fields.join("`, `")));
            }
            _ => words.push(format!("the accessors of `{bitfield}` for {} fields", fields.len())),
        }
    }
    words
}

/// `seL4_{A, B}`, or a count.
fn braced(beginning: &str, ends: &[&str]) -> String {
    if ends.len() <= WRITTEN_OUT {
        return format!("`{beginning}{{{}}}`", ends.join(", "));
    }
    let (first, last) = (ends[0], ends[ends.len() - 1]);
    format!("`{beginning}…` ({} from `{first}` to `{last}`)", ends.len())
}

/// The prefix up to the last underscore but the first; empty if there is none.
fn beginning(name: &str) -> &str {
    let from = name.find('_').map_or(0, |at| at + 1);
    match name[from..].rfind('_') {
        Some(at) => &name[..from + at + 1],
        None => &name[..from],
    }
}

/// The fields that have accessors among the names, by bitfield type; and all other names.
fn accessors<'a>(names: &BTreeSet<&'a str>) -> (BTreeMap<&'a str, BTreeSet<&'a str>>, Vec<&'a str>) {
    let mut types: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut others = Vec::new();
    for name in names {
        // Longest first, because `_ptr_get_` contains `_get_`.
        let accessor = ["_ptr_get_", "_ptr_set_", "_get_", "_set_"]
            .iter()
            .find_map(|middle| name.split_once(middle))
            .filter(|(bitfield, _)| has_pointer_form(names, bitfield));
        let constructor = ["_ptr_new", "_new"].iter().find_map(|end| name.strip_suffix(end));
        match (accessor, constructor) {
            (Some((bitfield, field)), _) => drop(types.entry(bitfield).or_default().insert(field)),
            (None, Some(bitfield)) if has_pointer_form(names, bitfield) => drop(types.entry(bitfield).or_default()),
            _ => others.push(*name),
        }
    }
    (types, others)
}

/// Every bitfield type has functions that take a pointer to it.
fn has_pointer_form(names: &BTreeSet<&str>, bitfield: &str) -> bool {
    names.iter().any(|name| {
        name.strip_prefix(bitfield)
            .is_some_and(|rest| rest.starts_with("_ptr_"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_beginning_are_written_together() {
        let names = ["seL4_CNode_Copy", "seL4_CNode_Move", "seL4_CNode_Swap", "seL4_Yield"];
        assert_eq!(words(names), ["`seL4_Yield`", "`seL4_CNode_{Copy, Move, Swap}`"]);
        assert_eq!(words(["seL4_CNode_Copy", "seL4_Yield"]).len(), 2);
    }

    #[test]
    fn a_bitfield_type_is_named_once() {
        let names = ["a_t_new", "a_t_ptr_new", "a_t_get_x", "a_t_ptr_get_x", "a_t_set_y"];
        assert_eq!(words(names), ["the accessors of `a_t` for `x`, `y`"]);
        assert_eq!(words(["b_new", "b_ptr_new"]), ["the constructors of `b`"]);
        // Not a bitfield: no function takes a pointer to it.
        assert_eq!(words(["seL4_TCB_set_it"]), ["`seL4_TCB_set_it`"]);
    }

    #[test]
    fn many_names_are_counted() {
        let names: Vec<String> = (10..40).map(|nth| format!("seL4_VCPUReg_R{nth}")).collect();
        assert_eq!(
            words(names.iter().map(String::as_str)),
            ["`seL4_VCPUReg_…` (30 from `R10` to `R39`)"]
        );
    }
}
