//! The C compiler that compiled libsel4, with its flags, from the kernel's build.

use std::path::{Path, PathBuf};
use std::process::Command;

/// How one file of libsel4 was compiled.
#[derive(Debug, PartialEq, Eq)]
pub struct Compiler {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Compiler {
    /// Reads a build tree that CMake made for Ninja.
    ///
    /// # Errors
    /// It is not such a tree, or does not compile libsel4.
    pub fn of_libsel4(tree: &Path) -> Result<Self, String> {
        let read = |name: &str| {
            let path = tree.join(name);
            std::fs::read_to_string(&path).map_err(|error| format!("reading {}: {error}", path.display()))
        };
        parse(&read("build.ninja")?, &read("CMakeFiles/rules.ninja")?)
            .ok_or_else(|| format!("{} does not say how libsel4 was compiled", tree.display()))
    }

    /// The command that compiles a file of C to an object file, optimized as users compile their
    /// programs.
    #[allow(dead_code, reason = "xtask checks, and the benchmark's build script compiles")]
    pub fn compile(&self, file: &Path, object: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .args(["-O2", "-c", "-o"])
            .arg(object)
            .arg(file);
        command
    }

    /// The command that checks a file of C and writes nothing; `include` is one more folder of
    /// headers.
    #[allow(dead_code, reason = "xtask checks, and the benchmark's build script compiles")]
    pub fn check(&self, file: &Path, include: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("-I").arg(include);
        // The deprecated names are checked like the others.
        command
            .args(["-Wno-deprecated-declarations", "-fsyntax-only"])
            .arg(file);
        command
    }
}

/// The first object file of the target `sel4`, and the rule that makes it.
fn parse(build: &str, rules: &str) -> Option<Compiler> {
    let statement = statement(build, |line| {
        line.starts_with("build libsel4/CMakeFiles/sel4.dir/") && line.contains(": C_COMPILER__sel4_")
    })?;
    let rule = statement.split_once(": ")?.1.split_whitespace().next()?;
    let rule = self::statement(rules, |line| line == format!("rule {rule}"))?;
    let mut command = variable(rule, "command")?;
    // Since CMake 3.29 two variables of Ninja's, both empty here, come before the compiler.
    while let Some((_, rest)) = command.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
        command = rest;
    }
    let mut words = words(command.split(" $DEFINES").next()?).into_iter();
    let program = PathBuf::from(words.next()?);
    let mut arguments: Vec<String> = words.collect();
    for name in ["DEFINES", "INCLUDES", "FLAGS"] {
        arguments.extend(self::words(variable(statement, name).unwrap_or_default()));
    }
    Some(Compiler { program, arguments })
}

/// The text from a line like this to the next empty one.
fn statement(text: &str, is_first: impl Fn(&str) -> bool) -> Option<&str> {
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if is_first(line.trim_end()) {
            return text[from..].split("\n\n").next();
        }
        from += line.len();
    }
    None
}

/// The value of `  NAME = value`.
fn variable<'a>(statement: &'a str, name: &str) -> Option<&'a str> {
    let values = statement.lines().filter_map(|line| line.trim_start().split_once(" = "));
    values
        .into_iter()
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The words of a shell command line as CMake writes it, with Ninja's `$` escapes removed.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut started) = (false, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '$' | '\\' => word.extend(letters.next()),
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
                continue;
            }
            _ => word.push(letter),
        }
        started = true;
    }
    if started {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_put_together_from_rule_and_statement() {
        let build = "build libsel4/CMakeFiles/other.dir/a.c.obj: C_COMPILER__other_ a.c\n  FLAGS = -E\n\n\
                     build libsel4/CMakeFiles/sel4.dir/b.c.obj: C_COMPILER__sel4_Release b.c || order\n  \
                     FLAGS = -m32  -O3\n  INCLUDES = -I/a -I\"/b$ c\"\n\nbuild x: phony\n  FLAGS = -x\n";
        let rules = "rule C_COMPILER__sel4_Release\n  deps = gcc\n  \
                     command = ${LAUNCHER}${CODE_CHECK}/bin/gcc --sysroot=/s $DEFINES $INCLUDES $FLAGS -MD -c $in\n\n";
        let compiler = parse(build, rules).unwrap();
        assert_eq!(compiler.program, Path::new("/bin/gcc"));
        assert_eq!(compiler.arguments, ["--sysroot=/s", "-I/a", "-I/b c", "-m32", "-O3"]);
    }

    #[test]
    fn a_build_without_libsel4_has_no_compiler() {
        assert_eq!(parse("build x: phony\n", "rule y\n"), None);
    }
}
