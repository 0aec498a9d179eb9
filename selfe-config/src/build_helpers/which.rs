//! Which sel4.toml applies: the one that `SEL4_CONFIG_PATH` names, or else the workspace's, or else
//! the embedded default.
//!
//! Cargo compiles selfe-sys once for a workspace, target and profile, and does not run its build
//! script again when another member is built. So a workspace has one sel4.toml, anywhere in it. If
//! it has several, cargo's command line decides, and the build script runs every time; the root
//! task's own build script [compares](super::origin).

use super::asked::Asked;
use super::environment::BuildEnv;
use super::error::BuildScriptError;
use super::workspace::{Workspace, nearest};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The sel4.toml that applies, and what else is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Which {
    /// The file; none for the embedded default.
    pub path: Option<PathBuf>,
    /// The workspace's root; none if it is unknown, or was not looked for.
    pub root: Option<PathBuf>,
    /// The warning about a file that was found automatically.
    pub note: Option<String>,
    /// Whether another command line of cargo could select another file.
    pub may_change: bool,
}

/// Finds the file for a build script.
pub fn which(env: &BuildEnv) -> Result<Which, BuildScriptError> {
    if let Some(path) = &env.sel4_config_path {
        return Ok(Which {
            path: Some(found(path)?),
            ..Which::default()
        });
    }
    // Without cargo there is no workspace.
    let Some(cargo) = std::env::var_os("CARGO").map(PathBuf::from) else {
        return Ok(Which::default());
    };
    match workspace(Asked::of_parent(), &env.out_dir, &cargo) {
        Some((workspace, asked)) => choose(&workspace, &asked),
        None => Ok(Which {
            note: Some(
                "can't tell which project cargo builds: using the embedded default configuration; SEL4_CONFIG_PATH names another"
                    .to_owned(),
            ),
            ..Which::default()
        }),
    }
}

/// The workspace being built, and which of its members; if cargo's folder is not in one, the
/// workspace whose target folder contains the build script's.
fn workspace(asked: Option<Asked>, out_dir: &Path, cargo: &Path) -> Option<(Workspace, Asked)> {
    let is_foreign = asked.as_ref().is_some_and(|asked| asked.is_foreign);
    let of = |asked: Asked| Some((Workspace::of(&asked, cargo)?, asked));
    asked.and_then(of).or_else(|| {
        let mut above = out_dir.ancestors().skip(1).filter(|_| !is_foreign);
        of(Asked {
            folder: above.find(|folder| folder.join("Cargo.toml").is_file())?.to_owned(),
            ..Asked::default()
        })
    })
}

/// The sel4.toml that build scripts find for the package or workspace in a folder, independent of
/// the selected members.
pub fn of_folder(folder: &Path, cargo: &Path) -> Option<PathBuf> {
    let asked = Asked {
        folder: folder.to_owned(),
        ..Asked::default()
    };
    let which = choose(&Workspace::of(&asked, cargo)?, &asked).ok()?;
    which.path.filter(|_| !which.may_change)
}

/// The file itself, so that relative paths in it count from its own folder, whatever link was used.
fn found(path: &Path) -> Result<PathBuf, BuildScriptError> {
    path.canonicalize().map_err(|source| BuildScriptError::ConfigPath {
        path: path.to_owned(),
        folder: std::env::current_dir().unwrap_or_default(),
        source,
    })
}

/// A file that was found automatically, as [`found`] has it.
pub fn found_by_itself(path: &Path) -> Result<PathBuf, BuildScriptError> {
    let what = match path.metadata() {
        Ok(metadata) if metadata.is_file() => return found(path),
        Ok(metadata) if metadata.is_dir() => "a folder".to_owned(),
        Ok(_) => "not a file".to_owned(),
        Err(error) => match path.read_link() {
            Ok(target) => format!("a link to {}, which can't be read ({error})", target.display()),
            Err(_) => format!("not readable ({error})"),
        },
    };
    Err(BuildScriptError::NotAFile {
        path: path.to_owned(),
        what,
    })
}

/// The file that applies, among a workspace's files and for the selected members.
pub fn choose(workspace: &Workspace, asked: &Asked) -> Result<Which, BuildScriptError> {
    let root = Some(workspace.root.clone());
    let of = |members: &mut dyn Iterator<Item = &super::workspace::Member>| -> BTreeSet<PathBuf> {
        members
            .filter_map(|member| nearest(&member.folder, &workspace.root))
            .collect()
    };
    let mut files = of(&mut workspace.members.iter().filter(|member| member.needs_kernel));
    if files.is_empty() {
        files = of(&mut workspace.members.iter());
    }
    let may_change = files.len() > 1;
    if may_change {
        let selected = workspace.selected(asked);
        let mut needing = selected.iter().copied().filter(|member| member.needs_kernel).peekable();
        let served = match needing.peek() {
            Some(_) => of(&mut needing),
            None => of(&mut selected.iter().copied()),
        };
        if served.len() != 1 {
            return Err(BuildScriptError::SeveralConfigurations(files.into_iter().collect()));
        }
        files = served;
    }
    let Some(path) = files.pop_first() else {
        let note = format!(
            "found no sel4.toml beside a crate of {} or above it: using the embedded default configuration",
            workspace.root.display()
        );
        return Ok(Which {
            path: None,
            root,
            note: Some(note),
            may_change,
        });
    };
    let path = found_by_itself(&path)?;
    let mut note = format!("SEL4_CONFIG_PATH is not set: building as {} says", path.display());
    if may_change {
        note += ", as cargo was asked for a crate beside or below it; the workspace has others, so selfe-sys is compiled by each command: \
                 SEL4_CONFIG_PATH settles it";
    }
    Ok(Which {
        path: Some(path),
        root,
        note: Some(note),
        may_change,
    })
}

#[cfg(test)]
mod tests {
    use super::super::workspace::tests::{asked, workspace};
    use super::*;
    use std::fs;

    struct Place {
        dir: tempfile::TempDir,
    }

    impl Place {
        fn new(files: &[&str]) -> Self {
            let place = Place {
                dir: tempfile::tempdir().unwrap(),
            };
            workspace(&place.root());
            for file in files {
                fs::write(place.root().join(file), "").unwrap();
            }
            place
        }

        fn root(&self) -> PathBuf {
            self.dir.path().canonicalize().unwrap()
        }

        /// The file that applies, relative to the root, and whether it may change.
        fn which(&self, package: Option<&str>) -> Result<(Option<PathBuf>, bool), String> {
            let root = self.root();
            let which = choose(&workspace(&root), &asked(&root, package)).map_err(|error| error.to_string())?;
            let path = which.path.map(|path| path.strip_prefix(&root).unwrap().to_owned());
            assert!(which.note.is_some() && which.root == Some(root));
            Ok((path, which.may_change))
        }
    }

    #[test]
    fn one_file_serves_the_whole_workspace() {
        for file in ["sel4.toml", "a/sel4.toml", "b/sel4.toml"] {
            let place = Place::new(&[file]);
            for package in [None, Some("a"), Some("b"), Some("c")] {
                assert_eq!(
                    place.which(package),
                    Ok((Some(file.into()), false)),
                    "{file} {package:?}"
                );
            }
        }
    }

    #[test]
    fn of_several_the_nearest_to_what_is_asked_for() {
        let place = Place::new(&["sel4.toml", "a/sel4.toml"]);
        assert_eq!(place.which(Some("a")), Ok((Some("a/sel4.toml".into()), true)));
        assert_eq!(place.which(Some("c")), Ok((Some("a/sel4.toml".into()), true)));
        assert_eq!(place.which(Some("b")), Ok((Some("sel4.toml".into()), true)));
        let error = place.which(None).unwrap_err();
        assert!(
            error.contains("a/sel4.toml") && error.contains("SEL4_CONFIG_PATH"),
            "{error}"
        );
    }

    /// Otherwise another file would silently be used.
    #[test]
    fn what_can_t_be_read_is_an_error() {
        let place = Place::new(&[]);
        fs::create_dir(place.root().join("a/sel4.toml")).unwrap();
        let error = place.which(None).unwrap_err();
        assert!(error.contains("a/sel4.toml is a folder: put a file there"), "{error}");
        #[cfg(unix)]
        {
            let place = Place::new(&[]);
            std::os::unix::fs::symlink("gone.toml", place.root().join("sel4.toml")).unwrap();
            let error = place.which(None).unwrap_err();
            assert!(error.contains("sel4.toml is a link to gone.toml, which"), "{error}");
        }
    }

    #[test]
    fn the_target_folder_shows_the_workspace() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = "[package]\nname = \"a\"\n";
        fs::create_dir_all(root.join("p/src")).unwrap();
        fs::write(root.join("p/src/lib.rs"), "").unwrap();
        fs::write(root.join("p/Cargo.toml"), manifest).unwrap();
        let of = |asked, out_dir: &str| {
            let found = super::workspace(asked, &root.join(out_dir), Path::new(&cargo));
            found.map(|(workspace, _)| workspace.root)
        };
        let out_dir = "p/target/debug/build/selfe-sys-0/out";
        assert_eq!(of(None, out_dir), Some(root.join("p")));
        assert_eq!(of(Some(asked(&root, None)), out_dir), Some(root.join("p")));
        assert_eq!(of(None, "elsewhere/out"), None);
        // A program that cargo downloads and installs does not belong to the project, wherever it
        // is compiled.
        let mut installed = asked(&root.join("p"), None);
        installed.is_foreign = true;
        assert_eq!(of(Some(installed), out_dir), None);
    }

    #[test]
    fn none_at_all() {
        let place = Place::new(&[]);
        assert_eq!(place.which(Some("a")), Ok((None, false)));
    }
}
