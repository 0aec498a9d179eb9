//! What a distribution's root file system sees of this computer: the workspace, Rust, cargo's
//! registry, the network's settings, and the folders that git uses in place of a URL.

use super::Suite;
use crate::run::{Failure, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One folder or file of this computer.
struct Mount {
    from: PathBuf,
    to: PathBuf,
    writable: bool,
}

/// Writes the list of mounts for `inside.sh`, and returns the `PATH` with Rust.
///
/// # Errors
/// There is no Rust, or a folder can't be made.
pub fn write(suite: &Suite) -> Result<String, Failure> {
    let sysroot = said("rustc", &["--print", "sysroot"]).ok_or_else(|| {
        Failure::step(
            "`rustc --print sysroot` says nothing: which Rust is to be used there?",
            None,
        )
    })?;
    let sysroot = PathBuf::from(sysroot);
    let mut mounts = vec![
        writable(root(), root()),
        // Cargo's build output here is for another system.
        writable(suite.target(), root().join("target")),
        same(sysroot.clone()),
    ];
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/root".into()));
    let cargo_home = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    mounts.extend(["registry", "git"].map(|name| writable(cargo_home.join(name), cargo_home.join(name))));
    let settings = [
        cargo_home.join("config.toml"),
        home.join(".gitconfig"),
        home.join(".config/git"),
        home.join(".config/pip"),
        home.join(".netrc"),
        "/etc/gitconfig".into(),
        "/etc/pip.conf".into(),
        "/etc/resolv.conf".into(),
        "/etc/hosts".into(),
        "/etc/ssl/certs/ca-certificates.crt".into(),
    ];
    mounts.extend(settings.map(same));
    // A work tree beside the repository has its history elsewhere.
    mounts.extend(said("git", &["rev-parse", "--git-common-dir"]).map(|dir| same(root().join(dir))));
    let urls = said("git", &["config", "--name-only", "--get-regexp", r"^url\.file:///"]).unwrap_or_default();
    mounts.extend(urls.lines().filter_map(folder_of).map(same));
    let mut lines = String::new();
    for mount in &mounts {
        if mount.writable && mount.to != root() {
            super::make_folder(&mount.from)?;
        }
        // A folder within the workspace exists already.
        let is_within = mount.from.starts_with(root()) && mount.from != root() && !mount.writable;
        if !mount.from.exists() || is_within {
            continue;
        }
        let mode = if mount.writable { "rw" } else { "ro" };
        lines += &format!("{mode}\t{}\t{}\n", mount.from.display(), mount.to.display());
    }
    let path = suite.mounts();
    std::fs::write(&path, lines).map_err(|error| Failure::step(format!("{}: {error}", path.display()), None))?;
    let bin = sysroot.join("bin");
    Ok(format!(
        "{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        bin.display()
    ))
}

fn same(path: PathBuf) -> Mount {
    Mount {
        from: path.clone(),
        to: path,
        writable: false,
    }
}

fn writable(from: PathBuf, to: PathBuf) -> Mount {
    Mount {
        from,
        to,
        writable: true,
    }
}

/// The folder in a setting such as `url.file:///mirror/seL4.insteadof`.
fn folder_of(setting: &str) -> Option<PathBuf> {
    let url = setting.strip_prefix("url.file://")?;
    let (folder, _) = url.rsplit_once('.')?;
    Some(Path::new(folder).to_owned())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_s_folder_is_found_in_git_s_setting() {
        let folder = |setting: &str| folder_of(setting).map(|path| path.display().to_string());
        assert_eq!(
            folder("url.file:///srv/mirror/seL4.git.insteadof").as_deref(),
            Some("/srv/mirror/seL4.git")
        );
        assert_eq!(folder("url.https://example.org/.insteadof"), None);
    }
}
