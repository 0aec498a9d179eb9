//! The options of the real kernels, read from their CMake files.

use selfe_config::cache::Cache;
use selfe_config::model::{GitTarget, RepoSource};
use selfe_config::options::declared::{Declarations, ValueKind, changes, cmake_files};
use selfe_config::progress::Silent;
use selfe_config::release;
use selfe_config::source::{self, Tree};
use std::path::PathBuf;

/// The kernel's tree at a tag or branch; none if it can't be reached, which is reported.
fn kernel(target: GitTarget) -> Option<PathBuf> {
    let from = RepoSource::RemoteGit {
        url: "https://github.com/seL4/seL4".to_owned(),
        target,
    };
    match source::resolve(&Cache::open().unwrap(), Tree::Kernel, &from, &Silent) {
        Err(error) if error.is_unreachable() => {
            selfe_tests::skip("declared", &error.to_string());
            None
        }
        found => Some(found.unwrap().dir),
    }
}

/// The number of declarations that a plain search finds: lines that begin with such a command and
/// an option's name.
fn searched(texts: &[String]) -> usize {
    let commands = ["config_option", "config_string", "config_choice", "config_set"];
    let count = |text: &String| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let begins = lines.iter().enumerate().filter(|(at, line)| {
            let Some(rest) = commands.iter().find_map(|command| line.strip_prefix(command)) else {
                return false;
            };
            let Some(rest) = rest.trim_start().strip_prefix('(') else {
                return false;
            };
            let name = if rest.trim().is_empty() {
                lines.get(at + 1).copied().unwrap_or_default()
            } else {
                rest.trim()
            };
            name.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        begins.count()
    };
    texts.iter().map(count).sum()
}

#[test]
fn no_declaration_is_missed() {
    let tags = release::all()
        .iter()
        .map(|release| GitTarget::Tag(release.name.clone()));
    for target in tags.chain([GitTarget::Branch("master".to_owned())]) {
        let Some(dir) = kernel(target.clone()) else { return };
        let texts = cmake_files(&dir).unwrap();
        let declared = Declarations::read(&dir).unwrap();
        let commands = declared
            .iter()
            .flat_map(|(_, all)| all)
            .filter(|one| one.config_name.is_some());
        assert_eq!(commands.count(), searched(&texts), "{target:?}");
        assert_eq!(declared.get("KernelNumPriorities")[0].kind, ValueKind::Integer);
        assert_eq!(declared.get("KernelPrinting")[0].kind, ValueKind::Boolean);
        assert!(matches!(&declared.get("KernelFPU")[0].kind, ValueKind::Choice(values) if values.len() == 2));
        let described = declared
            .settable()
            .filter(|name| declared.get(name).iter().any(|one| !one.description.is_empty()));
        assert_eq!(described.count(), declared.settable().count(), "{target:?}");
    }
}

#[test]
fn the_data_of_each_release_says_what_changed() {
    for pair in release::all().windows(2) {
        let trees = pair.iter().map(|release| kernel(GitTarget::Tag(release.name.clone())));
        let Some(trees) = trees.collect::<Option<Vec<_>>>() else {
            return;
        };
        let [before, after] = [&trees[0], &trees[1]].map(|tree| Declarations::read(tree).unwrap());
        let mut known = pair[1].changes.clone();
        known.added.sort();
        assert_eq!(changes(&before, &after), known, "releases/{}.toml", pair[1].name);
    }
}
