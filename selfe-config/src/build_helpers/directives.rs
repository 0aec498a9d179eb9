//! `cargo::` lines: how a build script speaks to cargo.

use std::borrow::Cow;
use std::fmt::Display;

/// Prints lines for cargo.
pub fn print(lines: &[String]) {
    lines.iter().for_each(|line| tell_cargo(line));
}

/// Prints a directive, such as `cargo::rerun-if-changed=src`; any text that is not fixed goes
/// through here.
///
/// A line break in it, from a file name or a value in sel4.toml, would begin an unintended
/// directive: it becomes an error for cargo, and the build fails.
pub fn tell_cargo(line: &str) {
    println!("{}", one_line(line));
}

fn one_line(line: &str) -> Cow<'_, str> {
    if line.contains(['\n', '\r']) {
        let (kind, value) = line.split_once('=').unwrap_or(("", line));
        Cow::Owned(format!(
            "cargo::error=cargo can't be told {kind}: there is a line break in {value:?}; rename what has that name"
        ))
    } else {
        Cow::Borrowed(line)
    }
}

/// The value; an error is printed for cargo line by line, and ends the build script.
pub fn or_exit<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        print(&message("error", &error.to_string()));
        std::process::exit(1)
    })
}

/// A message for the user, `kind` being `error` or `warning`: cargo needs each line by itself.
pub fn message(kind: &str, text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.replace('\r', " "));
    lines.map(|line| format!("cargo::{kind}={line}")).collect()
}

/// A `cfg` for each option that is on, and a declaration for every one of them.
///
/// An option whose name is not an identifier can't be a `cfg`; if it is on, there is a warning.
pub fn cfgs<'a>(options: impl IntoIterator<Item = (&'a str, bool)>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, on) in options {
        if is_identifier(name) {
            lines.push(format!("cargo::rustc-check-cfg=cfg({name})"));
            if on {
                lines.push(format!("cargo::rustc-cfg={name}"));
            }
        } else if on {
            lines.push(format!(
                "cargo::warning=the option `{}` is on, but its name is not a Rust identifier: there is no cfg for it",
                name.escape_debug()
            ));
        }
    }
    lines
}

fn is_identifier(name: &str) -> bool {
    // Words with a meaning of their own in `cfg(…)`.
    const RESERVED: &[&str] = &["_", "true", "false", "all", "any", "not"];
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_message_is_marked() {
        assert_eq!(
            message("error", "first\n  second"),
            ["cargo::error=first", "cargo::error=  second"]
        );
    }

    #[test]
    fn a_line_break_makes_no_second_directive() {
        for text in ["a\ncargo::rustc-link-arg=-x", "a\r\ncargo::rustc-link-arg=-x", "a\n"] {
            let line = one_line(&format!("cargo::rerun-if-changed={text}")).into_owned();
            assert!(
                line.starts_with("cargo::error=") && !line.contains(['\n', '\r']),
                "{line}"
            );
            for line in message("warning", text) {
                assert!(
                    line.starts_with("cargo::warning=") && !line.contains(['\n', '\r']),
                    "{line}"
                );
            }
        }
        assert_eq!(one_line("cargo::rerun-if-changed=a b"), "cargo::rerun-if-changed=a b");
        let lines = cfgs([("A\ncargo::rustc-cfg=b", true)]);
        assert!(matches!(&lines[..], [line] if one_line(line) == *line), "{lines:?}");
    }

    #[test]
    fn every_option_is_declared_and_those_on_are_set() {
        let lines = cfgs([
            ("KernelPrinting", true),
            ("KernelIsMCS", false),
            ("A-B", true),
            ("C-D", false),
        ]);
        assert_eq!(
            lines,
            [
                "cargo::rustc-check-cfg=cfg(KernelPrinting)",
                "cargo::rustc-cfg=KernelPrinting",
                "cargo::rustc-check-cfg=cfg(KernelIsMCS)",
                "cargo::warning=the option `A-B` is on, but its name is not a Rust identifier: there is no cfg for it",
            ]
        );
    }
}
