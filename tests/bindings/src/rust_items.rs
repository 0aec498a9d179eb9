//! The names of the public items of selfe-sys, including those that bindgen wrote.

use std::collections::BTreeSet;
use std::path::Path;
use syn::{ForeignItem, Item, UseTree, Visibility};

/// The public names of some files, and separately the functions that a library has to supply.
#[derive(Debug, Default)]
pub struct Names {
    /// Constants, statics, types, functions and macros.
    pub all: BTreeSet<String>,
    /// Functions declared in `extern` blocks.
    pub external: BTreeSet<String>,
}

/// Reads the files.
///
/// # Errors
/// A file can't be read, or is not Rust.
pub fn read<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<Names, String> {
    let mut names = Names::default();
    for path in files {
        let text = std::fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))?;
        let file = syn::parse_file(&text).map_err(|error| format!("parsing {}: {error}", path.display()))?;
        for item in file.items {
            names.add(item);
        }
    }
    Ok(names)
}

impl Names {
    fn add(&mut self, item: Item) {
        let (visibility, name) = match item {
            Item::Const(item) => (item.vis, item.ident),
            Item::Static(item) => (item.vis, item.ident),
            Item::Type(item) => (item.vis, item.ident),
            Item::Struct(item) => (item.vis, item.ident),
            Item::Union(item) => (item.vis, item.ident),
            Item::Enum(item) => (item.vis, item.ident),
            Item::Fn(item) => (item.vis, item.sig.ident),
            // bindgen's alias of a type.
            Item::Use(item) => return self.add_renamed(&item.tree),
            Item::ForeignMod(block) => {
                for item in block.items {
                    match item {
                        ForeignItem::Fn(item) => {
                            self.external.insert(item.sig.ident.to_string());
                            self.all.insert(item.sig.ident.to_string());
                        }
                        ForeignItem::Static(item) => drop(self.all.insert(item.ident.to_string())),
                        _ => {}
                    }
                }
                return;
            }
            _ => return,
        };
        if matches!(visibility, Visibility::Public(_)) {
            self.all.insert(name.to_string());
        }
    }

    fn add_renamed(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.add_renamed(&path.tree),
            UseTree::Rename(rename) => drop(self.all.insert(rename.rename.to_string())),
            _ => {}
        }
    }
}
