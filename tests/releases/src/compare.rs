//! The differences between the bindings of two kernels.

use crate::items::{Item, Items, Kind};
use std::collections::BTreeSet;

/// One difference: a program that uses the name may have to change, or can use something new.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// An item was renamed.
    Renamed {
        /// The item.
        kind: Kind,
        /// Its former name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// An item was removed.
    Gone(Kind, String),
    /// An item was added.
    New(Kind, String),
    /// A constant has another value.
    Value {
        /// Its name.
        name: String,
        /// Its former value.
        from: String,
        /// Its value.
        to: String,
    },
    /// An enumerator has another number, which matters to those who wrote the number down.
    Renumbered {
        /// The enum.
        family: String,
        /// The enumerator's name.
        name: String,
    },
    /// A function has another signature, or a type has other fields.
    Shape {
        /// The kind of the item.
        kind: Kind,
        /// Its name.
        name: String,
        /// The former signature or fields.
        from: String,
        /// The new ones.
        to: String,
    },
}

/// How similar two names must be to count as a rename, where 1 means identical.
const ALIKE: f64 = 0.88;

/// Every difference between the bindings of an older and a newer kernel.
pub fn compare(old: &Items, new: &Items) -> BTreeSet<Change> {
    let mut changes = BTreeSet::new();
    let renamed = renamed(old, new);
    for (name, item) in old {
        match new.get(name) {
            Some(now) => changes.extend(changed(name, item, now)),
            None if renamed.iter().any(|(from, _)| from == name) => {}
            None => drop(changes.insert(Change::Gone(item.kind(), name.clone()))),
        }
    }
    for (name, item) in new {
        if !old.contains_key(name) && !renamed.iter().any(|(_, to)| to == name) {
            changes.insert(Change::New(item.kind(), name.clone()));
        }
    }
    changes.extend(renamed.into_iter().map(|(from, to)| Change::Renamed {
        kind: old[&from].kind(),
        from,
        to,
    }));
    changes
}

fn changed(name: &str, old: &Item, new: &Item) -> Option<Change> {
    let name = name.to_owned();
    match (old, new) {
        (Item::Constant { value: from, .. }, Item::Constant { value: to, family }) => {
            (from != to).then(|| match family {
                Some(family) => Change::Renumbered {
                    family: family.clone(),
                    name,
                },
                None => Change::Value {
                    name,
                    from: from.clone(),
                    to: to.clone(),
                },
            })
        }
        (Item::Function(from), Item::Function(to)) | (Item::Type(from), Item::Type(to)) => {
            (from != to).then(|| Change::Shape {
                kind: new.kind(),
                name,
                from: from.clone(),
                to: to.clone(),
            })
        }
        // A macro that became a function needs another spelling in user code.
        (old, new) => Some(Change::Shape {
            kind: new.kind(),
            name,
            from: format!("{:?}", old.kind()),
            to: format!("{:?}", new.kind()),
        }),
    }
}

/// Pairs of a removed and an added name that are similar and stand for the same thing, the most
/// similar first.
fn renamed(old: &Items, new: &Items) -> Vec<(String, String)> {
    let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
    let mut candidates: Vec<(f64, &String, &String)> = gone
        .flat_map(|(from, item)| {
            let fresh = new.iter().filter(|(name, _)| !old.contains_key(*name));
            fresh
                .filter(move |(_, other)| is_same(item, other))
                .map(move |(to, _)| (strsim::normalized_levenshtein(from, to), from, to))
        })
        .filter(|(alike, _, _)| *alike >= ALIKE)
        .collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (_, from, to) in candidates {
        if pairs.iter().all(|(a, b)| a != from && b != to) {
            pairs.push((from.clone(), to.clone()));
        }
    }
    pairs
}

/// Whether two items with different names can be one item that was renamed. A renamed enumerator
/// may get another number as well.
fn is_same(old: &Item, new: &Item) -> bool {
    match (old, new) {
        (Item::Constant { family: Some(_), .. }, Item::Constant { family: Some(_), .. }) => true,
        (Item::Constant { value: old, .. }, Item::Constant { value: new, .. }) => old == new,
        (Item::Function(old), Item::Function(new)) | (Item::Type(old), Item::Type(new)) => old == new,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::parse;

    fn changes(old: &str, new: &str) -> Vec<Change> {
        compare(&parse(old).unwrap(), &parse(new).unwrap())
            .into_iter()
            .collect()
    }

    #[test]
    fn a_name_much_alike_that_stands_for_the_same_is_a_new_name() {
        let found = changes(
            "pub const seL4_CapInitThreadPD: u32 = 3;",
            "pub const seL4_CapInitThreadPT: u32 = 3;",
        );
        let expected = Change::Renamed {
            kind: Kind::Constant,
            from: "seL4_CapInitThreadPD".to_owned(),
            to: "seL4_CapInitThreadPT".to_owned(),
        };
        assert_eq!(found, [expected]);
        // Another value or a dissimilar name makes them two items.
        assert_eq!(
            changes("pub const seL4_CapInit: u32 = 3;", "pub const seL4_CapInis: u32 = 4;").len(),
            2
        );
        assert_eq!(
            changes("pub const seL4_Cap: u32 = 3;", "pub const seL4_Right: u32 = 3;").len(),
            2
        );
    }

    #[test]
    fn an_enum_s_values_are_renumbered_and_a_macro_has_another_value() {
        let found = changes(
            "pub const a: u32 = 1; pub const b: label = 1; pub const c: label = 2;",
            "pub const a: u32 = 2; pub const b: label = 5; pub const c: label = 2;",
        );
        assert_eq!(found.len(), 2);
        assert!(
            matches!(&found[0], Change::Value { name, from, to } if (name.as_str(), from.as_str(), to.as_str()) == ("a", "1", "2"))
        );
        assert!(matches!(&found[1], Change::Renumbered { family, name } if family == "label" && name == "b"));
    }

    #[test]
    fn an_argument_s_type_is_told_and_its_name_is_not() {
        let function = |argument: &str| format!("unsafe extern \"C\" {{ pub fn f({argument}); }}");
        assert_eq!(changes(&function("a: u8"), &function("b: u8")), []);
        assert_eq!(changes(&function("a: u8"), &function("a: u16")).len(), 1);
    }
}
