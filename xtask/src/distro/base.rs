//! A distribution's root file system, made by debootstrap; once per suite.

use super::Suite;
use crate::run::{Failure, run};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The packages of a machine on which rustup was installed: a C compiler to link with.
const PACKAGES: &str = "--include=ca-certificates,gcc,libc6-dev";

/// Makes the root file system if it does not exist.
///
/// # Errors
/// debootstrap fails, or a file can't be written.
pub fn make(suite: &Suite) -> Result<(), Failure> {
    if suite.marker().is_file() {
        return Ok(());
    }
    let wrong = |error: std::io::Error| Failure::step(format!("{}: {error}", suite.root().display()), None);
    match fs::remove_dir_all(suite.root()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(wrong(error)),
        _ => {}
    }
    super::make_folder(&suite.root())?;
    let mut command = Command::new("debootstrap");
    command
        .args(["--variant=minbase", PACKAGES, &suite.name])
        .arg(suite.root());
    // debootstrap has a default mirror if this computer has none for Debian.
    command.args(mirror());
    let settings = apt_settings();
    if let Some(proxy) = value_of(&settings, "Acquire::http::Proxy") {
        command.env("http_proxy", proxy);
    }
    run(command)?;
    let file = suite.root().join("etc/apt/apt.conf.d/90host");
    fs::write(file, settings).map_err(wrong)?;
    fs::write(suite.marker(), "").map_err(wrong)
}

/// The mirror from which this computer gets Debian's packages.
fn mirror() -> Option<String> {
    let arguments = [
        "indextargets",
        "--format",
        "$(ORIGIN) $(RELEASE) $(REPO_URI)",
        "Created-By: Packages",
    ];
    let listed = said("apt-get", &arguments);
    listed.lines().find_map(|line| main_archive(line).map(str::to_owned))
}

/// The address in a line of origin, suite and address; none if it is another archive, such as that
/// of security updates.
fn main_archive(line: &str) -> Option<&str> {
    let mut words = line.split(' ');
    let (origin, suite, address) = (words.next()?, words.next()?, words.next()?);
    (origin == "Debian" && !suite.contains('-')).then_some(address)
}

/// How this computer's apt reaches a mirror, and whether it checks the date of the release files.
fn apt_settings() -> String {
    let wanted = ["Acquire::http::", "Acquire::https::", "Acquire::Check-"];
    let dump = said("apt-config", &["dump"]);
    let lines = dump
        .lines()
        .filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The value in a line such as `Acquire::http::Proxy "URL";`.
fn value_of<'a>(settings: &'a str, name: &str) -> Option<&'a str> {
    let value = settings
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(" \""))?;
    value.strip_suffix("\";").filter(|value| !value.is_empty())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// The programs that this needs, with their packages.
pub fn check_tools() -> Result<(), Failure> {
    for (program, package) in [
        ("debootstrap", "debootstrap"),
        ("unshare", "util-linux"),
        ("chroot", "coreutils"),
    ] {
        let found = ["/usr/sbin", "/sbin"]
            .iter()
            .any(|dir| Path::new(dir).join(program).is_file());
        if !found && crate::toolchain::find_program(program).is_none() {
            return Err(Failure::step(
                format!("the program `{program}` was not found; install it with: apt-get install {package}"),
                None,
            ));
        }
    }
    if said("id", &["-u"]).trim() != "0" {
        return Err(Failure::step(
            "another root file system needs root: run this as root, with cargo on PATH",
            None,
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_that_of_debian_s_own_archive() {
        assert_eq!(
            main_archive("Debian bookworm http://m/debian/"),
            Some("http://m/debian/")
        );
        assert_eq!(main_archive("Debian bookworm-security http://m/security/"), None);
        assert_eq!(main_archive("Other nodistro https://o/"), None);
    }

    #[test]
    fn apt_s_proxy_is_read() {
        let settings = "Acquire::http::Proxy \"http://proxy:3128\";\nAcquire::https::Proxy \"\";\n";
        assert_eq!(value_of(settings, "Acquire::http::Proxy"), Some("http://proxy:3128"));
        assert_eq!(value_of(settings, "Acquire::https::Proxy"), None);
    }
}
