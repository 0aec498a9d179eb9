//! Checks a crate's imports against the order of its layers.

use crate::imports::Source;
use std::collections::{BTreeMap, BTreeSet};

/// The order in which modules may import each other.
pub struct Layers {
    /// The lines of the picture.
    pub picture: String,
    /// The layer of each module; the top one has number 0.
    of: BTreeMap<String, usize>,
}

impl Layers {
    /// Reads the picture: the text block in a crate's own documentation that begins with `layers`.
    pub fn parse(lib: &str) -> Option<Self> {
        let lines: Vec<&str> = lib
            .lines()
            .map(|line| line.strip_prefix("//! ").unwrap_or(""))
            .collect();
        let start = lines.iter().position(|line| line.starts_with("layers"))?;
        let lines: Vec<&str> = lines[start..]
            .iter()
            .take_while(|line| **line != "```")
            .copied()
            .collect();
        // Text in brackets is an explanation.
        let layers = lines[1..].iter().map(|line| line.split('(').next().unwrap_or_default());
        let of = layers.enumerate().flat_map(|(layer, line)| {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            words
                .filter(|word| !word.is_empty())
                .map(move |word| (word.to_owned(), layer))
        });
        Some(Layers {
            of: of.collect(),
            picture: lines.join("\n"),
        })
    }
}

/// All problems, one per line.
pub fn problems(layers: &Layers, sources: &[Source]) -> Vec<String> {
    let files = Files::new(sources);
    let mut problems = Vec::new();
    let mut graph: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, source) in sources.iter().enumerate() {
        let room = &source.module[0];
        let Some(layer) = layers.of.get(room) else {
            problems.push(format!(
                "`{room}` is on no layer: add it to the picture in selfe-config/src/lib.rs"
            ));
            continue;
        };
        for (path, line) in &source.uses {
            let Some(to) = files.of(path).filter(|to| *to != from) else {
                continue;
            };
            let other = &sources[to].module[0];
            if other == room {
                // A folder's files may import what they share from its mod.rs.
                if !source.module.starts_with(&sources[to].module) {
                    graph.entry(from).or_default().insert(to);
                }
                continue;
            }
            let why = match layers.of.get(other) {
                Some(below) if below > layer => continue,
                Some(same) if same == layer => "they stand on one layer",
                _ => "it stands above",
            };
            problems.push(format!(
                "selfe-config/src/{}:{line}: `{room}` imports `{}`, and {why}; move what both need to a lower layer",
                source.path,
                path.join("::")
            ));
        }
    }
    problems.sort();
    problems.dedup();
    problems.extend(circles(&graph, sources));
    problems
}

/// The file that a path leads to.
struct Files<'a> {
    by_module: BTreeMap<&'a [String], usize>,
    sources: &'a [Source],
}

impl<'a> Files<'a> {
    fn new(sources: &'a [Source]) -> Self {
        let modules = sources
            .iter()
            .enumerate()
            .map(|(at, source)| (source.module.as_slice(), at));
        Files {
            by_module: modules.collect(),
            sources,
        }
    }

    /// The file of the longest module in the path; after a re-export, the file that has the name.
    fn of(&self, path: &[String]) -> Option<usize> {
        let length = (1..=path.len())
            .rev()
            .find(|length| self.by_module.contains_key(&path[..*length]))?;
        let file = self.by_module[&path[..length]];
        let behind = path.get(length).and_then(|name| self.sources[file].reexports.get(name));
        match behind.filter(|behind| behind.as_slice() != path) {
            Some(behind) => self.of(behind).or(Some(file)),
            None => Some(file),
        }
    }
}

/// Files of one folder that import each other: pairs in which each leads to the other.
fn circles(graph: &BTreeMap<usize, BTreeSet<usize>>, sources: &[Source]) -> Vec<String> {
    let reach = |from: usize| {
        let mut reached = BTreeSet::new();
        let mut left: Vec<usize> = vec![from];
        while let Some(file) = left.pop() {
            for to in graph.get(&file).into_iter().flatten() {
                if reached.insert(*to) {
                    left.push(*to);
                }
            }
        }
        reached
    };
    let reached: BTreeMap<usize, BTreeSet<usize>> = graph.keys().map(|file| (*file, reach(*file))).collect();
    let leads = |from: usize, to: usize| reached.get(&from).is_some_and(|files| files.contains(&to));
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for &file in graph.keys() {
        let circle: Vec<usize> = graph
            .keys()
            .copied()
            .filter(|&to| leads(file, to) && leads(to, file))
            .collect();
        if circle.len() > 1 && seen.insert(circle.clone()) {
            let names: Vec<&str> = circle.iter().map(|file| sources[*file].path.as_str()).collect();
            circles.push(format!(
                "these files of selfe-config/src import each other: {}; move what they share to a file below them",
                names.join(", ")
            ));
        }
    }
    circles
}
