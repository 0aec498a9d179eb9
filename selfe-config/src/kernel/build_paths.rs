//! The paths under which a build sees its folders, free of what the kernel's build can't handle.
//!
//! CMake, Ninja and Python accept any path. The kernel's CMake files don't quote theirs, so a
//! space, an apostrophe or a `;` in a folder's path breaks the build. Such a folder gets a symbolic
//! link with a plain path for the time of the build, and the results are recorded with the original
//! paths.

use super::error::KernelError;
use super::runner::Runner;
use crate::cache::{hash, io_error};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Links that a killed run left are removed by a later run after this long; no build takes as much
/// time.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What compilers write instead of the folders' paths, so that every machine builds the same bytes.
const MAPPED: &str = "/selfe";

/// The folders of one build.
pub struct BuildPaths {
    /// Each folder: its name, its own path, and the path that the build sees.
    folders: Vec<(String, PathBuf, PathBuf)>,
    /// The folder with the links; removed when this is dropped.
    links: Option<PathBuf>,
}

impl BuildPaths {
    /// Makes links for the folders that need one. The links are named after `owner`, the cache
    /// entry that is being filled: whoever holds its lock may make them.
    ///
    /// # Errors
    /// The folder for the links can't be made.
    pub fn new(owner: &Path, folders: &[(&str, &Path)]) -> Result<Self, KernelError> {
        let mut place = BuildPaths {
            folders: Vec::new(),
            links: None,
        };
        for (name, folder) in folders {
            let seen = place.link(owner, name, folder)?;
            place.folders.push(((*name).to_owned(), (*folder).to_owned(), seen));
        }
        Ok(place)
    }

    /// The path under which a build sees a folder of its own, or would see it: a tree that was
    /// configured under another path has to be configured again. None if no links can be made.
    #[cfg(any(feature = "run", test))]
    pub(crate) fn would_see(owner: &Path, name: &str, folder: &Path) -> Option<PathBuf> {
        if is_bearable(folder) {
            return Some(folder.to_owned());
        }
        Some(base().ok()?.join(name_of(owner)).join(name))
    }

    /// The path under which the build sees one of its own paths.
    pub(crate) fn seen(&self, path: &Path) -> PathBuf {
        let in_folder = self.folders.iter().find_map(|(_, real, seen)| {
            let below = path.strip_prefix(real).ok()?;
            // Joining an empty path would append a slash.
            Some(if below.as_os_str().is_empty() {
                seen.clone()
            } else {
                seen.join(below)
            })
        });
        in_folder.unwrap_or_else(|| path.to_owned())
    }

    /// Replaces each folder's path in a text by the path that the build sees.
    pub(crate) fn seen_in(&self, text: &str) -> String {
        self.folders.iter().fold(text.to_owned(), |text, (_, real, seen)| {
            replaced(&text, &real.to_string_lossy(), &seen.to_string_lossy())
        })
    }

    /// Replaces each path that the build saw in a text by the folder's own.
    pub(crate) fn real_in(&self, text: &str) -> String {
        self.folders.iter().fold(text.to_owned(), |text, (_, real, seen)| {
            replaced(&text, &seen.to_string_lossy(), &real.to_string_lossy())
        })
    }

    /// The compiler flags that keep the folders' paths out of the output.
    pub(crate) fn flags(&self) -> String {
        let flags = self.folders.iter().flat_map(|(name, _, seen)| {
            // Some compilers pass only the second one on to the assembler.
            ["-ffile-prefix-map", "-fdebug-prefix-map"].map(|flag| format!("{flag}={}={MAPPED}/{name}", seen.display()))
        });
        flags.collect::<Vec<_>>().join(" ")
    }

    /// Makes a command run in one of the folders, under the path that the build sees: compilers
    /// read it from the environment.
    pub(crate) fn run_in(&self, command: &mut Command, folder: &Path) {
        let seen = self.seen(folder);
        command.current_dir(&seen).env("PWD", &seen);
    }

    /// Makes the tools' own paths plain, too: the build's commands contain the paths of scripts and
    /// compilers.
    ///
    /// # Errors
    /// The folder for the links can't be made.
    pub(crate) fn serve(&mut self, owner: &Path, tools: &mut Runner<'_>) -> Result<(), KernelError> {
        let folders: Vec<PathBuf> = std::env::split_paths(&tools.path()).collect();
        if folders.iter().all(|folder| is_bearable(folder) || !folder.is_dir()) {
            return Ok(());
        }
        let mut path_first = Vec::new();
        for (number, folder) in folders.iter().enumerate() {
            let name = format!("path{number}");
            path_first.push(match (folder.is_dir(), folder.parent(), folder.file_name()) {
                // A compiler, or a Python in an environment, finds its other files relative to its
                // folder.
                (true, Some(above), Some(last)) if is_bearable(Path::new(last)) => {
                    self.link(owner, &name, above)?.join(last)
                }
                (true, ..) => self.link(owner, &name, folder)?,
                _ => folder.clone(),
            });
        }
        tools.path_first = path_first;
        Ok(())
    }

    fn link(&mut self, owner: &Path, name: &str, folder: &Path) -> Result<PathBuf, KernelError> {
        if is_bearable(folder) {
            return Ok(folder.to_owned());
        }
        let links = match &self.links {
            Some(links) => links.clone(),
            None => self.links.insert(make_links(&name_of(owner))?).clone(),
        };
        let link = links.join(name);
        let target = std::path::absolute(folder).map_err(io_error("find", folder))?;
        symlink(target, &link).map_err(io_error("create", &link))?;
        Ok(link)
    }
}

impl Drop for BuildPaths {
    fn drop(&mut self) {
        // A later run removes what can't be removed now.
        if let Some(links) = &self.links {
            let _ = fs::remove_dir_all(links);
            // It may hold other runs' links.
            let _ = links.parent().map(fs::remove_dir);
        }
    }
}

/// Whether the kernel's build can handle a path.
fn is_bearable(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

/// The same length for every cache.
fn name_of(owner: &Path) -> String {
    hash([owner.as_os_str().as_encoded_bytes()])[..16].to_owned()
}

/// Replaces a path in a text, but not paths that only begin with it, such as `seL4-tools` beside
/// `seL4`.
fn replaced(text: &str, from: &str, to: &str) -> String {
    if from == to || from.is_empty() {
        return text.to_owned();
    }
    let goes_on = |rest: &str| {
        // A full stop may end a sentence.
        let rest = rest.trim_start_matches('.');
        rest.starts_with(|next: char| next.is_alphanumeric() || "-_+~@".contains(next))
    };
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(from) {
        done.push_str(before);
        done.push_str(if goes_on(after) { from } else { to });
        rest = after;
    }
    done + rest
}

/// An empty folder for links, private to this user.
fn make_links(name: &str) -> Result<PathBuf, KernelError> {
    const ATTEMPTS: usize = 5;
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    let mut place = PathBuf::from("/tmp");
    for _ in 0..ATTEMPTS {
        let base = base()?;
        let links = base.join(name);
        // Left by a killed run: we hold the entry's lock.
        let _ = fs::remove_dir_all(&links);
        match DirBuilder::new().mode(0o700).create(&links) {
            Ok(()) => return Ok(links),
            // Another run just ended and removed the parent folder.
            Err(error) => (place, last) = (links, error),
        }
    }
    Err(io_error("create", &place)(last).into())
}

/// The folder of this user's links.
fn base() -> Result<PathBuf, KernelError> {
    let own = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let folders = [
        Some("/tmp".into()),
        Some("/var/tmp".into()),
        own("XDG_RUNTIME_DIR"),
        own("TMPDIR"),
    ];
    let mut why = Vec::new();
    for folder in folders
        .into_iter()
        .flatten()
        .filter(|folder| folder.is_absolute() && is_bearable(folder))
    {
        let base = folder.join(format!("selfe-{}", rustix::process::getuid().as_raw()));
        match private(&base) {
            Ok(()) => {
                sweep(&base);
                return Ok(base);
            }
            Err(error) => why.push(format!("{}: {error}", base.display())),
        }
    }
    Err(KernelError::NoPlainPath(why))
}

/// Makes a folder that nobody else can read or change; an existing one has to be such a folder.
fn private(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    let is_ours = found.is_dir() && found.uid() == rustix::process::getuid().as_raw() && found.mode() & 0o077 == 0;
    if is_ours {
        Ok(())
    } else {
        Err(io::Error::other("it is not private to this user"))
    }
}

/// Removes what killed runs left behind.
fn sweep(base: &Path) {
    let is_old = |path: &Path| {
        let changed = fs::symlink_metadata(path).and_then(|found| found.modified());
        changed.is_ok_and(|changed| SystemTime::now().duration_since(changed).is_ok_and(|age| age > DAY))
    };
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| is_old(path)) {
        let _ = fs::remove_dir_all(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_seen_as_it_is() {
        let dir = Path::new("/home/doe/.cache/selfe/build/0");
        let place = BuildPaths::new(dir, &[("build", dir)]).unwrap();
        assert_eq!(place.seen(&dir.join("tree")), dir.join("tree"));
        assert!(place.links.is_none());
        assert_eq!(
            place.flags(),
            "-ffile-prefix-map=/home/doe/.cache/selfe/build/0=/selfe/build \
             -fdebug-prefix-map=/home/doe/.cache/selfe/build/0=/selfe/build"
        );
    }

    #[test]
    fn any_other_has_a_link_as_long_as_the_build_runs() {
        let dir = tempfile::tempdir().unwrap();
        let odd = dir.path().join("O'Doe's ;$#(&%@é\"\\ folder");
        fs::create_dir(&odd).unwrap();
        fs::write(odd.join("file"), "content").unwrap();
        let place = BuildPaths::new(&odd, &[("build", &odd), ("kernel", Path::new("/plain"))]).unwrap();
        let seen = place.seen(&odd.join("file"));
        assert!(is_bearable(&seen), "{}", seen.display());
        assert_eq!(fs::read_to_string(&seen).unwrap(), "content");
        assert_eq!(BuildPaths::would_see(&odd, "build", &odd).unwrap(), place.seen(&odd));
        let links = place.links.clone().unwrap();
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&links), mode(links.parent().unwrap())), (0o700, 0o700));
        let told = format!("{}/include;/plain/include", odd.display());
        assert_eq!(place.real_in(&place.seen_in(&told)), told);
        drop(place);
        assert!(!seen.exists() && !links.exists());
    }

    #[test]
    fn a_path_that_only_begins_alike_is_another() {
        let text = "-I/a b/seL4/include;/a b/seL4-tools;/a b/seL4.old;/a b/seL41;\"/a b/seL4\" in /a b/seL4. /a b/seL4";
        assert_eq!(
            replaced(text, "/a b/seL4", "/l"),
            "-I/l/include;/a b/seL4-tools;/a b/seL4.old;/a b/seL41;\"/l\" in /l. /l"
        );
        assert_eq!(replaced("/a", "/a", "/a"), "/a");
    }

    #[test]
    fn a_folder_of_somebody_else_s_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link, open) = (
            dir.path().join("target"),
            dir.path().join("link"),
            dir.path().join("open"),
        );
        private(&target).unwrap();
        private(&target).unwrap();
        symlink(&target, &link).unwrap();
        assert!(private(&link).is_err());
        DirBuilder::new().mode(0o755).create(&open).unwrap();
        assert!(private(&open).is_err());
    }
}
