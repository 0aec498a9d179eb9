//! Which options name files that the build reads. The kernel's CMake files show it in several ways.
//! several ways.

use super::lexer::Command;
use super::{Declaration, ValueKind, is_name, one_line};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the names that the commands of one file show to be files: `set(NAME … CACHE FILEPATH …)`,
/// `find_file(NAME …)`, and `if(NOT EXISTS ${NAME})`, also for the elements of a list. The last one
/// also occurs with many names that are not options.
pub(crate) fn add(commands: &[Command], files: &mut BTreeSet<String>) {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for command in commands {
        let arguments: Vec<&str> = command.arguments.iter().map(String::as_str).collect();
        match (command.name.as_str(), arguments.as_slice()) {
            ("set", [name, .., "CACHE", "FILEPATH", _]) | ("find_file", [name, ..]) => {
                files.insert((*name).to_owned());
            }
            ("foreach", [each, all @ ..]) => {
                lists.insert(each, all.iter().filter_map(|one| variable(one)).collect());
            }
            ("if" | "elseif", condition) => {
                let asked = condition.windows(2).filter(|pair| pair[0] == "EXISTS");
                for name in asked.filter_map(|pair| variable(pair[1])) {
                    let of_list = lists.get(name).into_iter().flatten();
                    files.extend(of_list.map(|name| (*name).to_owned()));
                    files.insert(name.to_owned());
                }
            }
            _ => {}
        }
    }
}

/// `find_file(NAME default … DOC "description")` is an option of CMake's own kind. One without a
/// description is internal to the project.
pub(crate) fn found(command: Command) -> Option<Declaration> {
    let described = command.arguments.iter().position(|argument| argument == "DOC")?;
    let description = command.arguments.get(described + 1)?;
    let [name, default, ..] = command.arguments.as_slice() else {
        return None;
    };
    is_name(name).then(|| Declaration {
        name: name.clone(),
        config_name: None,
        kind: ValueKind::Text,
        default: Some(default.clone()),
        description: one_line(description),
        depends: Vec::new(),
    })
}

/// The name in `${NAME}`.
fn variable(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}').filter(|name| is_name(name))
}

#[cfg(test)]
mod tests {
    use crate::options::declared::{Declarations, ValueKind};

    #[test]
    fn each_way_to_name_a_file() {
        let all = Declarations::parse([
            "set(A \"\" CACHE FILEPATH \"One file.\")\nset(B \"\" CACHE STRING \"Several.\")\n\
             foreach(one IN ITEMS ${B})\n  if(NOT EXISTS ${one})\n  endif()\nendforeach()\n\
             find_file(C usual.c PATHS src DOC \"A\n  C file.\")\nfind_file(D d.txt PATHS src)\n\
             set(E \"\" CACHE STRING \"Any text.\")\nset(F \"\" CACHE PATH \"A folder for results.\")\n\
             set(G \"\" CACHE STRING \"A file too.\")\nif(G AND NOT EXISTS \"${G}\")\nendif()",
        ]);
        let names: Vec<&str> = all
            .iter()
            .map(|(name, _)| name)
            .filter(|name| all.names_file(name))
            .collect();
        assert_eq!(names, ["A", "B", "C", "G"]);
        let c = &all.get("C")[0];
        assert_eq!((&c.kind, c.default.as_deref()), (&ValueKind::Text, Some("usual.c")));
        assert_eq!(c.description, "A C file.");
        assert!(!all.contains("D") && all.contains("E") && !all.names_file("D"));
    }
}
