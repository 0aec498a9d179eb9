//! What selfe-sys's build script passes on about its sel4.toml, and the check in a root task's
//! build script.
//!
//! Cargo does not notice that a sel4.toml was added, or that another member of the workspace is
//! built now. The root task's build script does: it stops, and makes the next build find the file.

use super::asked::Asked;
use super::error::BuildScriptError;
use super::which::{Which, choose, found_by_itself};
use super::workspace::{Workspace, nearest};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The lines that pass on which file was used, and make cargo run the build script again when
/// [`check`] asks for it.
pub fn hand_on(which: &Which, out_dir: &Path, as_of: SystemTime) -> Vec<String> {
    let again = out_dir.join("again");
    // Cargo runs a script with every build if a file that it watches is missing.
    if File::create(&again).is_ok() {
        make_older(&again, as_of);
    }
    let text = |path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(String::new, |path| path.display().to_string())
    };
    let mut lines = vec![
        format!("cargo::rerun-if-changed={}", again.display()),
        format!("cargo::metadata=config={}", text(&which.path)),
        format!("cargo::metadata=workspace={}", text(&which.root)),
        format!("cargo::metadata=again={}", again.display()),
    ];
    if which.may_change {
        lines.push(format!(
            "cargo::rerun-if-changed={}",
            out_dir.join("never-there").display()
        ));
    }
    lines
}

/// Gives a file a time before the start of the build script: cargo runs a script once more for
/// newer files.
pub fn make_older(path: &Path, as_of: SystemTime) {
    let is_newer = |path: &Path| Some(path.metadata().ok()?.modified().ok()? > as_of);
    if is_newer(path) == Some(true)
        && let Ok(file) = File::options().write(true).open(path)
    {
        // If that fails, cargo compiles once more than necessary.
        let _ = file.set_modified(as_of);
    }
}

/// Whether selfe-sys found no sel4.toml. The script then lets cargo watch all of the crate's files,
/// since one may be added.
pub fn is_embedded() -> bool {
    let is_empty = |name: &str| std::env::var_os(name).is_some_and(|value| value.is_empty());
    is_empty("DEP_SEL4_CONFIG") && !is_empty("DEP_SEL4_WORKSPACE")
}

/// Makes cargo run the script again if a file is added to a crate below the workspace's root: it
/// may be a sel4.toml nearer than the one in use. Cargo watches everything in the folder, so it
/// must not contain build output.
pub fn watched_folder() -> Option<String> {
    let path = |name: &str| PathBuf::from(std::env::var_os(name)?).canonicalize().ok();
    let (folder, root) = (path("CARGO_MANIFEST_DIR")?, path("DEP_SEL4_WORKSPACE")?);
    let is_below = folder != root && folder.starts_with(&root);
    let holds_results = ["target", ".git"].iter().any(|name| folder.join(name).exists())
        || path("OUT_DIR").is_some_and(|out_dir| out_dir.starts_with(&folder));
    (is_below && !holds_results).then(|| format!("cargo::rerun-if-changed={}", folder.display()))
}

/// Compares the sel4.toml that selfe-sys was built with to the one nearest to this crate, or, if
/// another project with the same target folder built selfe-sys, to the one that applies here.
pub fn check() -> Result<(), BuildScriptError> {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let given = |name: &str| path(name).filter(|path| !path.as_os_str().is_empty());
    let (Some(served), Some(root), Some(folder)) = (
        path("DEP_SEL4_CONFIG"),
        given("DEP_SEL4_WORKSPACE"),
        given("CARGO_MANIFEST_DIR"),
    ) else {
        return Ok(());
    };
    if given("SEL4_CONFIG_PATH").is_some() {
        return Ok(());
    }
    let building = given("CARGO").zip(Asked::of_parent()).and_then(|(cargo, asked)| {
        let workspace = Workspace::of(&asked, &cargo)?;
        Some((workspace, asked))
    });
    let Some(own) = instead(&served, &real(&root), &real(&folder), building.as_ref())? else {
        return Ok(());
    };
    let noted = given("DEP_SEL4_AGAIN").is_some_and(|again| std::fs::write(again, "run\n").is_ok());
    let advice = if noted {
        "run the same command again: the next build compiles selfe-sys with the right file"
    } else {
        "run `cargo clean -p selfe-sys`, and build again"
    };
    let embedded = served.as_os_str().is_empty();
    let variable = own.as_ref().map_or_else(String::new, |own| {
        format!("; or name the file with SEL4_CONFIG_PATH={}", own.display())
    });
    Err(BuildScriptError::OtherConfiguration {
        advice: format!("{advice}{variable}"),
        served: if embedded {
            "the embedded default".to_owned()
        } else {
            served.display().to_string()
        },
        own,
    })
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What applies to the crate in a folder instead of what was used, a file or the embedded default;
/// none if they are the same. `root` is the workspace that selfe-sys was built for, `building` the
/// one being built.
fn instead(
    served: &Path,
    root: &Path,
    folder: &Path,
    building: Option<&(Workspace, Asked)>,
) -> Result<Option<Option<PathBuf>>, BuildScriptError> {
    let is_member = |workspace: &Workspace| workspace.members.iter().any(|member| real(&member.folder) == folder);
    let other = building.filter(|(workspace, _)| real(&workspace.root) != root && is_member(workspace));
    let own = match other {
        Some((workspace, asked)) => choose(workspace, asked)?.path,
        None => match nearest(folder, root) {
            Some(own) => Some(found_by_itself(&own)?),
            None => return Ok(None),
        },
    };
    let is_served = own.as_deref().unwrap_or(Path::new("")) == served;
    let is_copy = own.as_ref().is_some_and(|own| is_packaged(folder, own, served));
    Ok((!is_served && !is_copy).then_some(own))
}

/// Whether a crate is the copy that `cargo package` makes and compiles once, with a copy of the
/// file in use.
fn is_packaged(folder: &Path, own: &Path, served: &Path) -> bool {
    let text = |path: &Path| std::fs::read(path).ok();
    folder.join("Cargo.toml.orig").is_file() && text(own).is_some_and(|own| text(served) == Some(own))
}

#[cfg(test)]
mod tests {
    use super::super::workspace::tests::{asked, workspace};
    use super::*;
    use std::fs;

    /// Two workspaces, `one` and `two`.
    fn two() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (one, two) = (root.join("one"), root.join("two"));
        workspace(&one);
        workspace(&two);
        (dir, one, two)
    }

    #[test]
    fn another_project_s_file_does_not_serve() {
        let (_dir, one, two) = two();
        let building = Some((workspace(&two), asked(&two, None)));
        let served = one.join("sel4.toml");
        fs::write(&served, "").unwrap();
        let of_two = |served: &Path| instead(served, &one, &two.join("a"), building.as_ref()).unwrap();
        assert_eq!(of_two(&served), Some(None));
        assert_eq!(of_two(Path::new("")), None, "the embedded default is the same for both");
        for file in ["sel4.toml", "b/sel4.toml"] {
            let file = two.join(file);
            fs::write(&file, "").unwrap();
            assert_eq!(of_two(&served), Some(Some(file.clone())));
            assert_eq!(of_two(Path::new("")), Some(Some(file.clone())));
            fs::remove_file(file).unwrap();
        }
        // A crate from elsewhere that the project depends on is built with the project's file.
        let library = one.parent().unwrap().join("library");
        let building = Some((workspace(&one), asked(&one, None)));
        for building in [building.as_ref(), None] {
            assert_eq!(instead(&served, &one, &library, building).unwrap(), None);
            assert_eq!(instead(&served, &one, &one.join("a"), building).unwrap(), None);
        }
        let nearer = one.join("a/sel4.toml");
        fs::write(&nearer, "").unwrap();
        assert_eq!(
            instead(&served, &one, &one.join("a"), building.as_ref()).unwrap(),
            Some(Some(nearer))
        );
    }

    #[test]
    fn a_package_brings_its_own_copy() {
        let (_dir, one, _) = two();
        let served = one.join("a/sel4.toml");
        let package = one.join("target/package/a-0.1.0");
        fs::create_dir_all(&package).unwrap();
        let copy = package.join("sel4.toml");
        for file in [&served, &copy] {
            fs::write(file, "# one").unwrap();
        }
        let check = || instead(&served, &one, &package, None).unwrap();
        assert_eq!(check(), Some(Some(copy.clone())));
        fs::write(package.join("Cargo.toml.orig"), "").unwrap();
        assert_eq!(check(), None);
        fs::write(&copy, "# two").unwrap();
        assert_eq!(check(), Some(Some(copy.clone())));
    }
}
