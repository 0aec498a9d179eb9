//! The functions that bindgen declared, as syntax trees.

use std::collections::BTreeMap;
use syn::{File, ForeignItem, ForeignItemFn, Item, Safety};

/// All functions, by name.
pub fn functions(file: &File) -> BTreeMap<String, &ForeignItemFn> {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::ForeignMod(block) => Some(block),
        _ => None,
    });
    blocks
        .flat_map(|block| &block.items)
        .filter_map(|item| match item {
            ForeignItem::Fn(function) => Some((function.sig.ident.to_string(), function)),
            _ => None,
        })
        .collect()
}

/// Makes functions safe to call, which bindgen does not support.
pub fn make_safe(file: &mut File, names: &[String]) {
    for item in &mut file.items {
        let Item::ForeignMod(block) = item else { continue };
        for item in &mut block.items {
            if let ForeignItem::Fn(function) = item
                && names.iter().any(|name| function.sig.ident == name)
            {
                function.sig.safety = Safety::Safe(Default::default());
            }
        }
    }
}
