//! What each file of a crate imports from others, according to its paths that begin with `crate` or
//! `super`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::Visit;

/// One file of a crate.
pub struct Source {
    /// Its path relative to `src`.
    pub path: String,
    /// Its module: `["kernel", "plan"]`.
    pub module: Vec<String>,
    /// Every path of another module that it uses, from the crate's root, with its line.
    pub uses: Vec<(Vec<String>, usize)>,
    /// Its re-exports: the name, and the path that it stands for.
    pub reexports: BTreeMap<String, Vec<String>>,
}

impl Source {
    /// Every file in a folder, except for the crate's root and its programs, which are above every
    /// module.
    pub fn read(src: &Path) -> Vec<Self> {
        let mut all = Vec::new();
        read_folder(src, "", &mut all);
        all
    }

    /// The text of a file.
    pub fn parse(path: &str, text: &str) -> Self {
        let names = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let module: Vec<String> = names.split('/').map(str::to_owned).collect();
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let submodules = file.items.iter().filter_map(|item| match item {
            syn::Item::Mod(item) if item.content.is_none() => Some(item.ident.to_string()),
            _ => None,
        });
        let mut found = Found {
            module: &module,
            submodules: submodules.collect(),
            text,
            uses: Vec::new(),
            reexports: BTreeMap::new(),
        };
        found.visit_file(&file);
        let (uses, reexports) = (found.uses, found.reexports);
        Source {
            path: path.to_owned(),
            uses,
            reexports,
            module,
        }
    }
}

fn read_folder(folder: &Path, below: &str, all: &mut Vec<Source>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        if entry.path().is_dir() {
            if path != "bin" {
                read_folder(&entry.path(), &format!("{path}/"), all);
            }
        } else if name.ends_with(".rs") && path != "lib.rs" && name != "tests.rs" {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            all.push(Source::parse(&path, &text));
        }
    }
}

struct Found<'a> {
    module: &'a [String],
    /// Paths of its own submodules begin with their names.
    submodules: BTreeSet<String>,
    text: &'a str,
    uses: Vec<(Vec<String>, usize)>,
    reexports: BTreeMap<String, Vec<String>>,
}

impl Found<'_> {
    /// A path from the crate's root; none for a path to another crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let supers = path.iter().take_while(|word| *word == "super").count();
        match path.first().map(String::as_str)? {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([self.module, &path[1..]].concat()),
            "super" => {
                let above = self.module.len().checked_sub(supers)?;
                Some([&self.module[..above], &path[supers..]].concat())
            }
            first if self.submodules.contains(first) => Some([self.module, path].concat()),
            _ => None,
        }
    }

    fn add(&mut self, path: &[String]) {
        if let Some(absolute) = self.absolute(path).filter(|path| !path.is_empty()) {
            let line = self.line(path, &absolute);
            self.uses.push((absolute, line));
        }
    }

    /// The first line that contains the path, or its first module.
    fn line(&self, path: &[String], absolute: &[String]) -> usize {
        let whole = path.join("::");
        let begin = format!("{}::{}", path[0], path.get(1).unwrap_or(&absolute[0]));
        let named = |words: &str| self.text.lines().position(|line| line.contains(words));
        named(&whole).or_else(|| named(&begin)).map_or(1, |at| at + 1)
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree, is_public: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                let before = [before, &[path.ident.to_string()]].concat();
                self.tree(&before, &path.tree, is_public);
            }
            syn::UseTree::Name(name) => self.leaf(before, &name.ident.to_string(), None, is_public),
            syn::UseTree::Rename(rename) => {
                let other = Some(rename.rename.to_string());
                self.leaf(before, &rename.ident.to_string(), other, is_public);
            }
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree, is_public)),
        }
    }

    fn leaf(&mut self, before: &[String], name: &str, other: Option<String>, is_public: bool) {
        let path = match name {
            "self" => before.to_vec(),
            name => [before, &[name.to_owned()]].concat(),
        };
        if is_public {
            // A re-export of a module's own submodule is not an import by the submodule.
            let behind = self.absolute(&path);
            let name = other.unwrap_or_else(|| path.last().cloned().unwrap_or_default());
            self.reexports.extend(behind.map(|behind| (name, behind)));
        } else {
            self.add(&path);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let words = match &attribute.meta {
            syn::Meta::List(list) if attribute.path().is_ident("cfg") => list.tokens.to_string(),
            _ => return false,
        };
        words == "test"
    })
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            let is_public = !matches!(item.vis, syn::Visibility::Inherited);
            self.tree(&[], &item.tree, is_public);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&words);
        syn::visit::visit_path(self, path);
    }
}
