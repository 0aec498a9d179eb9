//! The computer's system: how it installs packages.

use super::table::lookup;
use std::path::Path;
use std::process::{Command, Stdio};

/// A family of systems that share a package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Debian, Ubuntu and derivatives.
    Debian,
    /// Fedora, RHEL and derivatives.
    Fedora,
    /// Arch and derivatives.
    Arch,
    /// Any other.
    Other,
}

impl System {
    /// The system that this program runs on.
    pub fn this() -> Self {
        let text = ["/etc/os-release", "/usr/lib/os-release"]
            .iter()
            .find_map(|path| std::fs::read_to_string(Path::new(path)).ok());
        text.map_or(System::Other, |text| Self::parse(&text))
    }

    /// The system that an os-release file describes.
    fn parse(os_release: &str) -> Self {
        let value = |key: &str| {
            let line = os_release
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches(['"', '\''])
        };
        // ID_LIKE names the systems that it is derived from, nearest first.
        let mut words = value("ID")
            .split_whitespace()
            .chain(value("ID_LIKE").split_whitespace());
        words
            .find_map(|word| match word {
                "debian" | "ubuntu" => Some(System::Debian),
                "fedora" | "rhel" | "centos" => Some(System::Fedora),
                "arch" | "archlinux" => Some(System::Arch),
                _ => None,
            })
            .unwrap_or(System::Other)
    }

    /// The package with a program.
    pub(crate) fn package_of(self, program: &str) -> &str {
        match (self, lookup(program)) {
            (System::Debian, Some(tool)) => first_known(tool.apt, apt_knows),
            (System::Fedora, Some(tool)) => tool.dnf,
            (System::Arch, Some(tool)) => tool.pacman,
            _ => program,
        }
    }

    /// The command line, to be run as root, that installs some packages. On Arch it also updates
    /// everything else: a new package beside old ones is not supported there.
    pub fn install_line(self, packages: &[&str]) -> String {
        let packages = packages.join(" ");
        match self {
            // The recommended packages would include all libraries of a desktop, for QEMU's
            // windows.
            System::Debian => format!("apt-get install -y --no-install-recommends {packages}"),
            System::Fedora => format!("dnf install -y {packages}"),
            System::Arch => format!("pacman -Syu --needed --noconfirm {packages}"),
            System::Other => format!("(your system's package manager) {packages}"),
        }
    }

    /// The command line, to be run as root, that updates the list of packages; a new machine may
    /// have none.
    pub fn update_line(self) -> Option<&'static str> {
        match self {
            System::Debian => Some("apt-get update"),
            System::Fedora | System::Arch | System::Other => None,
        }
    }
}

/// The first of some package names, joined by `|`, that is known; the last one if none is.
fn first_known(names: &str, is_known: impl Fn(&str) -> bool) -> &str {
    match names.split_once('|') {
        None => names,
        Some((first, _)) if is_known(first) => first,
        Some((_, rest)) => first_known(rest, is_known),
    }
}

/// Whether apt's lists have a package of that name. Purely virtual packages do not count.
fn apt_knows(package: &str) -> bool {
    let mut command = Command::new("apt-cache");
    command
        .args(["show", "--no-all-versions", package])
        .stdin(Stdio::null());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_are_recognised() {
        assert_eq!(System::parse("NAME=x\nID=debian\nVERSION_ID=\"12\"\n"), System::Debian);
        assert_eq!(
            System::parse("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            System::Debian
        );
        assert_eq!(
            System::parse("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
            System::Fedora
        );
        assert_eq!(System::parse("ID=manjaro\nID_LIKE=arch\n"), System::Arch);
        assert_eq!(System::parse("ID=nixos\n"), System::Other);
    }

    #[test]
    fn packages_go_by_the_system_s_own_names() {
        let line = |system: System| system.install_line(&[system.package_of("ninja"), system.package_of("nosuch")]);
        assert_eq!(
            line(System::Debian),
            "apt-get install -y --no-install-recommends ninja-build nosuch"
        );
        // Using a newer list of packages than the installed ones would be a partial upgrade.
        assert_eq!(System::Arch.update_line(), None);
        assert_eq!(line(System::Arch), "pacman -Syu --needed --noconfirm ninja nosuch");
    }

    #[test]
    fn the_first_package_that_apt_knows_is_chosen() {
        let choose = |known: &[&str]| first_known("new|newer|old", |name| known.contains(&name)).to_owned();
        assert_eq!(choose(&["old", "new"]), "new");
        assert_eq!(choose(&["newer"]), "newer");
        assert_eq!(choose(&[]), "old", "without apt's lists, what every release has had");
    }
}
