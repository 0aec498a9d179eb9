//! `selfe doctor --report`: a table for a bug report. It has versions and the configuration, and no
//! path or name of the user's.

use crate::context::{Choice, Chosen};
use crate::exit::Failure;
use anstream::println;
use selfe_config::model::{Document, RepoSource, SeL4Arch};
use selfe_config::tools::check::Finding;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::process::{Command, Stdio};

/// How many digits of the configuration's hash are printed.
const DIGITS: usize = 16;

/// Prints the table.
pub fn print(
    document: Document,
    platform: &str,
    sel4_arch: Option<SeL4Arch>,
    findings: &[Finding],
) -> Result<(), Failure> {
    let mut rows = vec![
        ("selfe".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("rustc".to_owned(), version("rustc")),
        ("cargo".to_owned(), version("cargo")),
        ("system".to_owned(), system()),
    ];
    let choice = Choice::of_platform(Some(platform.to_owned())).on(sel4_arch);
    let chosen = choice.resolve(document)?;
    let context = &chosen.config.context;
    rows.push((
        "platform".to_owned(),
        format!("{} ({})", context.platform, context.sel4_arch),
    ));
    rows.push(("kernel".to_owned(), kernel(&chosen.config.sel4_sources.kernel)));
    rows.push(("options".to_owned(), options(&chosen)));
    for finding in findings {
        let version = finding.found.as_ref().map_or("missing", |found| found.version.as_str());
        rows.push((finding.program.clone(), version.to_owned()));
    }
    println!("| what | which |\n| --- | --- |");
    for (what, which) in rows {
        println!("| {what} | {} |", which.replace('|', "\\|"));
    }
    Ok(())
}

/// The first line of what a program says of its version.
fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    text.lines().next().unwrap_or("missing").to_owned()
}

/// The system's name and the processor's architecture.
fn system() -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    format!("{name} ({})", std::env::consts::ARCH)
}

/// Where the kernel comes from; a folder's path would say whose it is.
fn kernel(source: &RepoSource) -> String {
    match source {
        RepoSource::LocalPath(_) => "a folder".to_owned(),
        RepoSource::RemoteGit { url, target } => {
            if url.starts_with(['/', '.', '~']) || url.starts_with("file:") {
                return format!("a repository on this computer, {target}");
            }
            // A URL may have a user's name and a password in it.
            let url = match url
                .split_once("://")
                .map(|(scheme, rest)| (scheme, rest.rsplit_once('@')))
            {
                Some((scheme, Some((_, rest)))) => format!("{scheme}://{rest}"),
                _ => url.clone(),
            };
            format!("{url}, {target}")
        }
    }
}

/// The number of options in sel4.toml for this build, and their hash.
fn options(chosen: &Chosen) -> String {
    let options = &chosen.config.sel4_config;
    let lines: String = options
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    let mut digits = String::new();
    for byte in Sha256::digest(lines.as_bytes()).iter().take(DIGITS / 2) {
        // Writing to a string never fails.
        let _ = write!(digits, "{byte:02x}");
    }
    format!("{} in sel4.toml, SHA-256 {digits}…", options.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfe_config::model::GitTarget;

    #[test]
    fn nothing_says_whose_it_is() {
        assert_eq!(kernel(&RepoSource::LocalPath("/home/me/seL4".into())), "a folder");
        let git = |url: &str| RepoSource::RemoteGit {
            url: url.to_owned(),
            target: GitTarget::Tag("16.0.0".to_owned()),
        };
        assert_eq!(
            kernel(&git("https://me:secret@host/seL4")),
            kernel(&git("https://host/seL4"))
        );
        assert!(kernel(&git("https://host/seL4")).starts_with("https://host/seL4, "));
        assert!(!kernel(&git("/home/me/seL4")).contains("/home"));
        assert!(!kernel(&git("file:///home/me/seL4")).contains("/home"));
    }
}
