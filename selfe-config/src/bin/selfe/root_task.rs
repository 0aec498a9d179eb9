//! The root task of `selfe build`: made by `make_root_task`, and found where that puts it.
//!
//! A command may succeed without changing the file that will be booted: because it is up to date,
//! or because the command made another file. The first is common; the second must not silently boot
//! an old program.

use crate::cargo;
use crate::cargo_env;
use crate::context::Chosen;
use crate::exit::Failure;
use crate::progress::Terminal;
use selfe_config::ErrorKind;
use selfe_config::build_helpers::ALREADY_TOLD;
use selfe_config::lock::{self, Rule};
use selfe_config::model::contextualized::RootTask;
use selfe_config::progress::Progress;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Makes the root task, if sel4.toml has a command for it, and finds its file.
pub fn make(chosen: &Chosen, root_task: &RootTask, rule: Rule, progress: &Terminal) -> Result<PathBuf, Failure> {
    let base = chosen.document.base_dir().unwrap_or(Path::new("."));
    let images = cargo::images(base, &root_task.image_path);
    let Some(line) = &root_task.make_command else {
        return Ok(first_there(images));
    };
    let before: Vec<Option<Stamp>> = images.iter().map(|path| Stamp::of(path)).collect();
    let neighbours = Neighbours::of(&images);
    run(chosen, base, line, rule, progress)?;
    let made = images.iter().zip(&before).find(|(path, before)| {
        let now = Stamp::of(path);
        now.is_some() && now != **before
    });
    if let Some((path, _)) = made {
        return Ok(path.clone());
    }
    let there: Vec<&PathBuf> = images.iter().filter(|path| path.is_file()).collect();
    let fresh = there.iter().find(|path| newer_source(path).is_none());
    let Some(path) = fresh.or(there.first()) else {
        return Ok(first_there(images));
    };
    let other = neighbours.changed();
    let other = other.map(|other| format!("; the command made {}", other.display()));
    let other = other.unwrap_or_default();
    if let Some(source) = newer_source(path) {
        let message = format!(
            "`make_root_task` succeeded and did not make the root task {}, which is older than {}{other}\n\
             the command was: {line}\n\
             correct `root_task_image` in sel4.toml: it names the file that the command makes",
            path.display(),
            source.display()
        );
        return Err(Failure::new(ErrorKind::Build, message));
    }
    if !other.is_empty() || !dep_info(path).is_file() {
        progress.warn(&format!(
            "`make_root_task` left the root task {} as it was{}{other}: where that is not the file that the command makes, correct \
             `root_task_image` in sel4.toml",
            path.display(),
            Stamp::of(path).map(|stamp| stamp.age()).unwrap_or_default()
        ));
    }
    Ok((*path).clone())
}

/// The first file that exists; or else the first path, for the error message.
fn first_there(images: Vec<PathBuf>) -> PathBuf {
    let at = images.iter().position(|path| path.exists()).unwrap_or(0);
    images.into_iter().nth(at).unwrap_or_default()
}

/// Runs `make_root_task` in the folder of sel4.toml. Its output goes to standard error: standard
/// output is for results.
fn run(chosen: &Chosen, base: &Path, line: &str, rule: Rule, progress: &Terminal) -> Result<(), Failure> {
    progress.detail(&format!("{line} (in {})", base.display()));
    let mut command = Command::new("sh");
    if rule == Rule::Locked {
        command.env(lock::VARIABLE, "1");
    }
    let status = command
        .args(["-c", &format!("{}{line}", cargo_env::shell_function(chosen, base))])
        .current_dir(base)
        .env(ALREADY_TOLD, "1")
        .envs(cargo_env::variables(chosen))
        .stdout(std::io::stderr())
        .status();
    Failure::unless_success(status, ErrorKind::Build, |why| {
        format!(
            "`make_root_task` failed: {why}\nthe command was: {line}\nit ran in {}",
            base.display()
        )
    })
}

/// Distinguishes a file from one that was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    size: u64,
    /// A file that replaced another may have the same time and size.
    number: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let number = 0;
        Some(Stamp {
            modified: metadata.modified().ok()?,
            size: metadata.len(),
            number,
        })
    }

    /// The file's age, such as ", from 3 minutes ago".
    fn age(&self) -> String {
        let seconds = self.modified.elapsed().unwrap_or_default().as_secs();
        let (number, unit) = match seconds {
            0..60 => (seconds, "second"),
            60..3600 => (seconds / 60, "minute"),
            3600..86400 => (seconds / 3600, "hour"),
            _ => (seconds / 86400, "day"),
        };
        format!(", from {number} {unit}{} ago", if number == 1 { "" } else { "s" })
    }
}

/// Files with the root task's name in other folders of cargo's target folder, for another profile
/// or Rust target.
struct Neighbours<'a> {
    images: &'a [PathBuf],
    before: BTreeMap<PathBuf, Option<Stamp>>,
}

impl<'a> Neighbours<'a> {
    fn of(images: &'a [PathBuf]) -> Self {
        let all = Self::list(images).into_iter();
        Neighbours {
            images,
            before: all.map(|path| (path.clone(), Stamp::of(&path))).collect(),
        }
    }

    fn list(images: &[PathBuf]) -> Vec<PathBuf> {
        let folders = |folder: &Path| -> Vec<PathBuf> {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
        };
        let mut all = Vec::new();
        for image in images {
            let (Some(name), Some(profile)) = (image.file_name(), image.parent()) else {
                continue;
            };
            // Only in one of cargo's target folders are the neighbours inspected.
            let roots = profile.ancestors().skip(1).take(2);
            for root in roots.filter(|root| root.join("CACHEDIR.TAG").is_file()) {
                for folder in folders(root) {
                    all.extend(folders(&folder).into_iter().map(|folder| folder.join(name)));
                    all.push(folder.join(name));
                }
            }
        }
        all.retain(|path| !images.contains(path));
        all
    }

    /// The file that was made since.
    fn changed(&self) -> Option<PathBuf> {
        Self::list(self.images).into_iter().find(|path| {
            let now = Stamp::of(path);
            now.is_some() && self.before.get(path).is_none_or(|before| *before != now)
        })
    }
}

/// Cargo's list of a program's inputs.
fn dep_info(program: &Path) -> PathBuf {
    program.with_extension("d")
}

/// An input of a program of cargo's that is newer than the program.
fn newer_source(program: &Path) -> Option<PathBuf> {
    let made = fs::metadata(program).ok()?.modified().ok()?;
    let text = fs::read_to_string(dep_info(program)).ok()?;
    let is_newer = |path: &PathBuf| {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        metadata
            .and_then(|metadata| metadata.modified().ok())
            .is_some_and(|time| time > made)
    };
    sources(&text).into_iter().find(is_newer)
}

/// The files after the colon of a makefile's rule; spaces in names are escaped with a backslash.
fn sources(text: &str) -> Vec<PathBuf> {
    let Some((_, list)) = text.lines().next().unwrap_or_default().split_once(": ") else {
        return Vec::new();
    };
    let list = list.replace("\\ ", "\0");
    list.split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_cargo_s() {
        let names = sources("/t/debug/a\\ b: /src/main.rs /with\\ space/lib.rs\n");
        assert_eq!(names, [Path::new("/src/main.rs"), Path::new("/with space/lib.rs")]);
        assert_eq!(sources("nothing"), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_source_that_is_newer_than_the_program() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let old = SystemTime::now() - std::time::Duration::from_secs(60);
        for name in ["hello", "main.rs"] {
            fs::write(path(name), "").unwrap();
            fs::File::options()
                .write(true)
                .open(path(name))
                .unwrap()
                .set_modified(old)
                .unwrap();
        }
        assert_eq!(newer_source(&path("hello")), None);
        let rule = format!(
            "{}: {} {}",
            path("hello").display(),
            path("main.rs").display(),
            path("gone").display()
        );
        fs::write(path("hello.d"), rule).unwrap();
        assert_eq!(newer_source(&path("hello")), None);
        fs::write(path("main.rs"), "fn main() {}").unwrap();
        assert_eq!(newer_source(&path("hello")), Some(path("main.rs")));
    }
}
