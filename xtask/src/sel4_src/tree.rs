//! A source tree of the crate `sel4-src`: the files that a build of any platform needs, and how
//! they are copied.

use crate::run::Failure;
use serde::Deserialize;
use std::fs;
use std::io;
use std::path::Path;

/// A source tree.
pub struct Tree {
    /// Its key in sel4.toml.
    pub key: &'static str,
    /// Its folder in the crate.
    pub folder: &'static str,
    /// Files and folders, each with everything in it.
    needed: &'static [&'static str],
}

/// All of them, the kernel first.
pub const TREES: &[Tree] = &[
    Tree {
        key: "kernel",
        folder: "seL4",
        needed: &[
            "CMakeLists.txt",
            "FindseL4.cmake",
            "LICENSE.md",
            "LICENSES",
            "VERSION",
            "config.cmake",
            "configs",
            "gcc.cmake",
            "include",
            "libsel4",
            "llvm.cmake",
            "src",
            "tools",
        ],
    },
    Tree {
        key: "tools",
        folder: "seL4_tools",
        needed: &["LICENSE.md", "LICENSES", "cmake-tool/helpers", "elfloader-tool"],
    },
    Tree {
        key: "util_libs",
        folder: "util_libs",
        needed: &["LICENSE.md", "LICENSES", "libcpio"],
    },
];

/// What selfe's cache records about a fetched tree.
#[derive(Deserialize)]
struct Marker {
    url: String,
    commit: String,
}

impl Tree {
    /// Copies what is needed.
    pub fn copy(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        for name in self.needed {
            copy(&from.join(name), &to.join(name))?;
        }
        Ok(())
    }

    /// The repository and the commit, as lines of TOML.
    pub fn origin(&self, fetched: &Path) -> Result<String, Failure> {
        let path = fetched.join("complete.toml");
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        let marker: Marker = toml::from_str(&text)
            .map_err(|error| Failure::step(format!("can't read {}: {error}", path.display()), None))?;
        Ok(format!("git = {:?}\ncommit = {:?}\n", marker.url, marker.commit))
    }
}

/// Copies a file or a folder. A symbolic link is replaced by its target: a crate has no links.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    if !from.is_dir() {
        return copy_file(from, to);
    }
    for entry in fs::read_dir(from).map_err(failed("read", from))? {
        let name = entry.map_err(failed("read", from))?.file_name();
        // Left by the scripts of a build that used the copy in the cache.
        if name != "__pycache__" {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// Copies a file with its mode; creates the folder if it does not exist.
pub fn copy_file(from: &Path, to: &Path) -> Result<(), Failure> {
    make_parent(to)?;
    fs::copy(from, to).map(drop).map_err(failed("copy", from))
}

/// Writes a file; creates the folder if it does not exist.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    make_parent(path)?;
    fs::write(path, text).map_err(failed("write", path))
}

fn make_parent(path: &Path) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed("create", parent))
}

/// The failure of a file operation.
pub fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.to_owned();
    move |error| Failure::step(format!("can't {what} {}: {error}", path.display()), None)
}
