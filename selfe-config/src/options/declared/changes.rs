//! How the options of two source trees differ.

use super::Declarations;
use crate::release::OptionChanges;

/// How the options that a user can set differ from those of an earlier tree. An option that
/// disappeared while another appeared with the same description was renamed.
pub fn changes(before: &Declarations, after: &Declarations) -> OptionChanges {
    let missing = |from: &Declarations, to: &Declarations| {
        let names = from.settable().filter(|name| !to.is_settable(name));
        names.map(str::to_owned).collect::<Vec<String>>()
    };
    let mut changes = OptionChanges {
        added: missing(after, before),
        removed: missing(before, after),
        ..OptionChanges::default()
    };
    let description = |tree: &Declarations, name: &str| {
        let texts = tree.get(name).iter().map(|one| one.description.clone());
        texts.into_iter().find(|text| !text.is_empty())
    };
    changes.removed.retain(|from| {
        let told = description(before, from);
        let to = told.and_then(|told| {
            changes
                .added
                .iter()
                .position(|to| description(after, to).as_ref() == Some(&told))
        });
        if let Some(to) = to {
            changes.renamed.insert(from.clone(), changes.added.remove(to));
        }
        to.is_none()
    });
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_went_and_was_renamed() {
        let before = "config_option(A A \"a\")\nconfig_option(B B \"b\")\nconfig_option(C C \"c\")";
        let after = "config_option(A A \"a\")\nconfig_option(Bee B \"b\")\nconfig_set(C C ON)\nconfig_option(D D \"\")";
        let changes = changes(&Declarations::parse([before]), &Declarations::parse([after]));
        assert_eq!(
            (&changes.added[..], &changes.removed[..]),
            (&["D".to_owned()][..], &["C".to_owned()][..])
        );
        assert_eq!(changes.renamed["B"], "Bee");
    }
}
