//! `cargo::` lines: how a build script speaks to cargo.

use std::fmt::Display;

/// Prints lines for cargo.
pub fn print(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}

/// The value, or the end of the build script with the error told line by line.
pub fn or_exit<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        print(&message("error", &error.to_string()));
        std::process::exit(1)
    })
}

/// A message for the user, `kind` being `error` or `warning`: cargo wants each of its lines by itself.
pub fn message(kind: &str, text: &str) -> Vec<String> {
    text.lines().map(|line| format!("cargo::{kind}={line}")).collect()
}

/// A `cfg` for each option that is on, and the declaration of every one of them.
///
/// An option whose name is no identifier can't be a `cfg`; one that is on gets a warning.
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
                "cargo::warning=the option `{name}` is on, but its name is no Rust identifier: there is no cfg for it"
            ));
        }
    }
    lines
}

fn is_identifier(name: &str) -> bool {
    // The words that `cfg(…)` reads in its own way.
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
                "cargo::warning=the option `A-B` is on, but its name is no Rust identifier: there is no cfg for it",
            ]
        );
    }
}
