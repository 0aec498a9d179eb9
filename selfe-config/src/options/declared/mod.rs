//! The options of a kernel, as its own CMake files declare them.

mod changes;
mod files;
mod lexer;

pub use changes::changes;

use lexer::Command;
pub(super) use lexer::commands;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// The values that an option accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueKind {
    /// On or off.
    Boolean,
    /// A number.
    Integer,
    /// One of a list of words. The list may be empty: some are assembled while CMake runs.
    Choice(Vec<Alternative>),
    /// Any text.
    Text,
    /// Not for users to set: the kernel computes it from other options.
    Computed,
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The value.
    pub value: String,
    /// The condition for it, in CMake's syntax; empty if there is none.
    pub(crate) condition: String,
}

/// One declaration of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The name in CMake and in sel4.toml.
    pub name: String,
    /// The name in the kernel's generated configuration, without `CONFIG_`; none if it is not
    /// written there.
    pub config_name: Option<String>,
    /// The values that it accepts.
    pub kind: ValueKind,
    /// The default, in CMake's syntax: it may refer to other options as `${NAME}`. None for a
    /// choice, whose default is its first possible value.
    pub default: Option<String>,
    /// Its description, on one line.
    pub description: String,
    /// Its conditions, each in CMake's syntax.
    pub depends: Vec<String>,
}

/// Every option that a source tree declares, by name. An option may have several declarations, each
/// for another architecture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declarations {
    options: BTreeMap<String, Vec<Declaration>>,
    files: BTreeSet<String>,
}

impl Declarations {
    /// Reads the CMake files of a source tree.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn read(tree: &Path) -> io::Result<Self> {
        let texts = cmake_files(tree)?;
        Ok(Self::parse(texts.iter().map(String::as_str)))
    }

    /// The option with that name in the kernel's generated configuration.
    pub(crate) fn of_config_name(&self, config_name: &str) -> Option<&str> {
        let is_it = |one: &Declaration| one.config_name.as_deref() == Some(config_name);
        let mut found = self.iter().filter(|(_, all)| all.iter().any(is_it));
        found.next().map(|(name, _)| name)
    }

    /// Reads the texts of CMake files.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Declarations::default();
        for text in texts {
            let commands = commands(text);
            files::add(&commands, &mut all.files);
            for declaration in commands.into_iter().filter_map(declaration) {
                all.options
                    .entry(declaration.name.clone())
                    .or_default()
                    .push(declaration);
            }
        }
        all
    }

    /// Every name with its declarations.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Declaration])> {
        self.options.iter().map(|(name, all)| (name.as_str(), all.as_slice()))
    }

    /// The declarations of that name; empty if there is no such option.
    pub fn get(&self, name: &str) -> &[Declaration] {
        self.options.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether there is an option of that name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.options.contains_key(name)
    }

    /// Whether that option's value names a file that the build reads, or a list of such files.
    pub(crate) fn names_file(&self, name: &str) -> bool {
        self.contains(name) && self.files.contains(name)
    }

    /// Whether a user can set that option.
    pub(crate) fn is_settable(&self, name: &str) -> bool {
        self.get(name).iter().any(|one| one.kind != ValueKind::Computed)
    }

    /// The options that a user can set, by name.
    pub fn settable(&self) -> impl Iterator<Item = &str> {
        self.options
            .keys()
            .map(String::as_str)
            .filter(|name| self.is_settable(name))
    }
}

/// The texts of a source tree's CMake files.
///
/// # Errors
/// A file can't be read.
pub fn cmake_files(tree: &Path) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                if entry.file_name() != ".git" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "cmake") || path.ends_with("CMakeLists.txt") {
                texts.push(String::from_utf8_lossy(&fs::read(&path)?).into_owned());
            }
        }
    }
    Ok(texts)
}

fn declaration(command: Command) -> Option<Declaration> {
    match command.name.as_str() {
        "set" => return cached(command),
        "find_file" => return files::found(command),
        _ => {}
    }
    let mut arguments = command.arguments.into_iter();
    let name = arguments.next().filter(|name| is_name(name))?;
    let config_name = arguments.next();
    let (kind, description, rest): (_, _, Vec<String>) = match command.name.as_str() {
        "config_set" => (ValueKind::Computed, None, Vec::new()),
        "config_choice" => {
            let description = arguments.next();
            (
                ValueKind::Choice(arguments.filter_map(alternative).collect()),
                description,
                Vec::new(),
            )
        }
        "config_option" => (ValueKind::Boolean, arguments.next(), arguments.collect()),
        "config_string" => (ValueKind::Text, arguments.next(), arguments.collect()),
        _ => return None,
    };
    let after = |word: &str| {
        let at = rest.iter().position(|argument| argument == word)?;
        rest.get(at + 1).cloned()
    };
    let default = after("DEFAULT");
    let is_number = rest.iter().any(|argument| argument == "UNQUOTE") && default.as_deref().is_some_and(is_number);
    let depends = after("DEPENDS").unwrap_or_default();
    Some(Declaration {
        name,
        config_name,
        kind: if is_number { ValueKind::Integer } else { kind },
        default,
        description: one_line(&description.unwrap_or_default()),
        depends: depends
            .split(';')
            .map(one_line)
            .filter(|part| !part.is_empty())
            .collect(),
    })
}

/// `set(NAME default CACHE FILEPATH "description")` is an option of CMake's own kind. One without a
/// description is internal, and one that is forced is a result.
fn cached(command: Command) -> Option<Declaration> {
    let [name, default, cache, kind, description] = <[String; 5]>::try_from(command.arguments).ok()?;
    let kind = match kind.as_str() {
        "BOOL" => ValueKind::Boolean,
        "STRING" | "PATH" | "FILEPATH" => ValueKind::Text,
        _ => return None,
    };
    (cache == "CACHE" && is_name(&name) && !description.is_empty()).then(|| Declaration {
        name,
        config_name: None,
        kind,
        default: Some(default),
        description: one_line(&description),
        depends: Vec::new(),
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the kernel reads a text as a number: in any of C's forms, or an expression of such
/// numbers.
pub(crate) fn is_number(text: &str) -> bool {
    let of_c = |c: char| c.is_ascii_digit() || " ()+-*/%<>|&~^".contains(c);
    let is_one = |word: &str| {
        let word = word.trim_end_matches(['u', 'U', 'l', 'L']);
        match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            Some(digits) => !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()),
            None => !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()),
        }
    };
    let mut words = text
        .split(|c: char| !c.is_ascii_digit() && of_c(c))
        .filter(|word| !word.is_empty());
    let mut none = true;
    words.all(|word| {
        none = false;
        is_one(word)
    }) && !none
}

/// `value;cache name;config name;condition…`.
fn alternative(text: String) -> Option<Alternative> {
    let mut parts = text.split(';');
    let value = parts.next().filter(|value| !value.is_empty() && !value.contains('$'))?;
    let conditions: Vec<String> = parts.skip(2).map(one_line).collect();
    Some(Alternative {
        value: value.to_owned(),
        condition: conditions.join("; "),
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Declaration {
        let all = Declarations::parse([text]);
        let (_, declarations) = all.iter().next().unwrap();
        declarations[0].clone()
    }

    #[test]
    fn each_kind_of_declaration() {
        let one = one(
            "config_option(\n  KernelA A # why\n  \"First \\\n   second\" DEFAULT ON DEPENDS \"NOT KernelB; KernelC\")",
        );
        assert_eq!((one.name.as_str(), one.config_name.as_deref()), ("KernelA", Some("A")));
        assert_eq!((one.kind, one.default.as_deref()), (ValueKind::Boolean, Some("ON")));
        assert_eq!(one.description, "First second");
        assert_eq!(one.depends, ["NOT KernelB", "KernelC"]);
        let kind = |text| self::one(text).kind;
        assert_eq!(
            kind("config_string(K K \"d\" DEFAULT 0x10 UNQUOTE)"),
            ValueKind::Integer
        );
        assert_eq!(
            kind("config_string(K K \"d\" DEFAULT ${other} UNQUOTE)"),
            ValueKind::Text
        );
        assert_eq!(kind("config_string(K K \"d\" DEFAULT 1)"), ValueKind::Text);
        assert_eq!(kind("config_set(K K \"${K}\")"), ValueKind::Computed);
        assert_eq!(kind("set(K \"\" CACHE FILEPATH \"A file\")"), ValueKind::Text);
        let alternatives = [("a", ""), ("b", "X; NOT Y")].map(|(value, condition)| Alternative {
            value: value.to_owned(),
            condition: condition.to_owned(),
        });
        assert_eq!(
            kind("config_choice(K K \"d\" \"a;KA;A\" \"b;KB;B;X;NOT Y\" ${more})"),
            ValueKind::Choice(alternatives.to_vec())
        );
    }

    #[test]
    fn what_declares_nothing() {
        let text = "function(config_option name)\nendfunction()\nconfig_set(${name} X ON)\nset(K ON CACHE BOOL \"\" FORCE)\n\
                    set(K ON CACHE BOOL \"\")\nset(K v CACHE INTERNAL \"d\")\n# config_option(K K \"\")\n";
        assert_eq!(Declarations::parse([text]).iter().count(), 0);
    }

    #[test]
    fn an_option_may_be_declared_twice() {
        let all = Declarations::parse([
            "config_set(K K ON)",
            "config_option(K K \"d\" DEFAULT ON)\nconfig_set(L L 1)",
        ]);
        assert_eq!(all.get("K").len(), 2);
        assert_eq!(all.settable().collect::<Vec<_>>(), ["K"]);
        assert!(all.contains("L") && !all.contains("M"));
    }

    #[test]
    fn numbers_as_c_writes_them() {
        for number in ["0", "256", "-1", "0x1F", "4096UL", "(1 << 12)", "60 * 60"] {
            assert!(is_number(number), "{number}");
        }
        for other in ["", "banana", "0x", "1.5", "ON", "12 MiB", "()", "1_000"] {
            assert!(!is_number(other), "{other}");
        }
    }
}
