//! The workspace being built, as `cargo metadata` describes it. Without the dependencies that takes
//! about 20 ms.

use super::asked::Asked;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A workspace; a single package counts as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its packages.
    pub members: Vec<Member>,
}

/// A package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// Whether it depends on selfe-sys directly, as every root task does.
    pub needs_kernel: bool,
    /// Whether cargo builds it if no package is named: in its starting folder, or with its
    /// manifest.
    pub is_default: bool,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    packages: Vec<Package>,
    #[serde(default)]
    workspace_default_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

impl Workspace {
    /// Asks cargo for the workspace that it builds; none if it does not say.
    pub fn of(asked: &Asked, cargo: &Path) -> Option<Self> {
        if asked.is_foreign {
            return None;
        }
        let mut command = Command::new(cargo);
        command.args(["metadata", "--no-deps", "--offline", "--format-version=1", "--quiet"]);
        if let Some(manifest) = &asked.manifest {
            command.arg("--manifest-path").arg(manifest);
        }
        command.current_dir(&asked.folder).stdin(Stdio::null());
        let output = command.stderr(Stdio::null()).output().ok()?;
        let metadata: Metadata = serde_json::from_slice(&output.stdout).ok()?;
        let members = metadata.packages.into_iter().map(|package| Member {
            is_default: metadata.workspace_default_members.contains(&package.id),
            needs_kernel: package.dependencies.iter().any(|other| other.name == "selfe-sys"),
            folder: package.manifest_path.parent().unwrap_or(Path::new("")).to_owned(),
            name: package.name,
        });
        Some(Workspace {
            members: members.collect(),
            root: metadata.workspace_root,
        })
    }

    /// The members that cargo was asked to build.
    pub fn selected(&self, asked: &Asked) -> Vec<&Member> {
        let members = self.members.iter();
        if asked.is_whole_workspace {
            return members.collect();
        }
        if !asked.packages.is_empty() {
            return members.filter(|member| asked.names(&member.name)).collect();
        }
        members.filter(|member| member.is_default).collect()
    }
}

/// The sel4.toml beside a crate, or else the nearest one above it up to the workspace's root.
/// Anything of that name counts: a broken link is an error for whoever reads it, rather than a
/// reason to use another file.
pub fn nearest(folder: &Path, root: &Path) -> Option<PathBuf> {
    let inside = folder.starts_with(root);
    let folders = folder.ancestors().enumerate();
    let mut folders = folders.take_while(|(steps, at)| *steps == 0 || inside && at.starts_with(root));
    folders.find_map(|(_, at)| {
        let path = at.join("sel4.toml");
        path.symlink_metadata().is_ok().then_some(path)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::fs;

    /// A workspace in a folder, with the members `a`, `b` and, below `a`, `c`.
    pub fn workspace(root: &Path) -> Workspace {
        let member = |path: &str, name: &str| {
            let folder = root.join(path);
            fs::create_dir_all(&folder).unwrap();
            Member {
                name: name.to_owned(),
                folder,
                needs_kernel: true,
                is_default: name != "c",
            }
        };
        Workspace {
            members: vec![member("a", "a"), member("b", "b"), member("a/c", "c")],
            root: root.to_owned(),
        }
    }

    pub fn asked(folder: &Path, package: Option<&str>) -> Asked {
        Asked {
            folder: folder.to_owned(),
            packages: package.into_iter().map(str::to_owned).collect(),
            ..Asked::default()
        }
    }

    #[test]
    fn what_is_selected_is_what_cargo_selects() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let workspace = workspace(&root);
        let names = |asked: Asked| -> Vec<String> {
            let selected = workspace.selected(&asked);
            selected.iter().map(|member| member.name.clone()).collect()
        };
        assert_eq!(names(asked(&root, None)), ["a", "b"]);
        assert_eq!(names(asked(&root, Some("c"))), ["c"]);
        let mut all = asked(&root, None);
        all.is_whole_workspace = true;
        assert_eq!(names(all), ["a", "b", "c"]);
    }

    #[test]
    fn the_nearest_is_no_further_than_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("w");
        let workspace = workspace(&root);
        fs::write(dir.path().join("sel4.toml"), "").unwrap();
        let c = &workspace.members[2].folder;
        assert_eq!(nearest(c, &root), None);
        fs::write(root.join("sel4.toml"), "").unwrap();
        assert_eq!(nearest(c, &root), Some(root.join("sel4.toml")));
        fs::write(c.join("sel4.toml"), "").unwrap();
        assert_eq!(nearest(c, &root), Some(c.join("sel4.toml")));
        // What can't be read is not skipped.
        fs::create_dir_all(root.join("b/sel4.toml")).unwrap();
        assert_eq!(nearest(&root.join("b"), &root), Some(root.join("b/sel4.toml")));
        // A member elsewhere.
        assert_eq!(nearest(&dir.path().join("other"), &root), None);
        assert_eq!(nearest(dir.path(), &root), Some(dir.path().join("sel4.toml")));
    }

    #[test]
    fn cargo_describes_this_workspace() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap().canonicalize().unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let of = |asked: &Asked| Workspace::of(asked, Path::new(&cargo)).unwrap();
        let workspace = of(&asked(&root, None));
        assert_eq!(workspace.root, root);
        let member = |name: &str| workspace.members.iter().find(|member| member.name == name).unwrap();
        assert!(member("selfe-start").needs_kernel && member("selfe-start").is_default);
        assert!(!member("selfe-config").needs_kernel && !member("selfe-config").is_default);
        // If it is started in a member's folder, or with its manifest.
        let mut elsewhere = asked(Path::new("/"), None);
        elsewhere.manifest = Some(here.join("Cargo.toml"));
        for asked in [asked(here, None), elsewhere] {
            let workspace = of(&asked);
            let names: Vec<&str> = workspace.selected(&asked).iter().map(|member| &*member.name).collect();
            assert_eq!(names, ["selfe-config"]);
        }
    }
}
