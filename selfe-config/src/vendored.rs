//! Sources from a crate, `sel4-src`: they replace those that sel4.toml names, if both are the same.
//!
//! sel4.toml says which kernel to build; the crate, whose version is the kernel's and is recorded
//! in Cargo.lock, provides it. It is an error if the two mean different kernels. A file that names
//! a tag has to name the crate's version, and one that names a commit, the crate's commit; a branch
//! or a folder never matches. Leave `tools` and `util_libs` out of the file.
//!
//! The crate's folders are used like sources with a path: identified by their content, so that
//! changed files are noticed. Each copy of the crate has kernel builds of its own: cargo's registry
//! has one for all projects, `cargo vendor` makes one for each.

use crate::model::contextualized::Contextualized;
use crate::model::{FollowsRelease, GitTarget, RepoSource, SeL4Sources};
use crate::source::Tree;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The sources in a filled crate `sel4-src`: the result of its `sources()`, and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendoredSources {
    /// The kernel's release: the crate's version.
    pub version: String,
    /// The kernel with libsel4.
    pub kernel: PathBuf,
    /// The part of seL4_tools with the elfloader.
    pub tools: PathBuf,
    /// The part of util_libs with libcpio.
    pub util_libs: PathBuf,
    /// The file with the commit of each.
    pub record: PathBuf,
}

/// Why a crate's sources can't replace those that sel4.toml names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VendoredError {
    /// The crate's list of commits can't be used.
    #[error("can't read {}, which says where the sources of the crate sel4-src come from: {cause}\nfill the crate again: `cargo xtask sel4-src` in selfe's repository", path.display())]
    Record {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// sel4.toml names another kernel.
    #[error(
        "sel4.toml asks for the kernel: {asked}, and the crate sel4-src, from which selfe-sys takes it with the feature `vendored`, holds seL4 {version}\n\
         either let [sel4] of sel4.toml say `kernel = {{ git = \"{url}\", tag = \"{version}\" }}`,\n\
         or take the crate of another release: `cargo update -p sel4-src --precise VERSION`,\n\
         or take the feature `vendored` from selfe-sys: then the kernel comes from where sel4.toml says"
    )]
    OtherKernel {
        /// What sel4.toml says.
        asked: String,
        /// The crate's release.
        version: String,
        /// The repository that the crate's kernel comes from.
        url: String,
    },
    /// sel4.toml names another version of the elfloader's sources.
    #[error(
        "sel4.toml asks for `{key}`: {asked}, and the crate sel4-src, from which selfe-sys takes it with the feature `vendored`, holds {commit}\n\
         leave `{key}` out of [sel4] in sel4.toml: it then follows from the kernel's release,\n\
         or take the feature `vendored` from selfe-sys: then it comes from where sel4.toml says"
    )]
    OtherTree {
        /// The key in sel4.toml.
        key: &'static str,
        /// What sel4.toml says.
        asked: String,
        /// What the crate contains.
        commit: String,
    },
}

/// The crate's list of commits.
#[derive(Deserialize)]
struct Record {
    kernel: Origin,
    tools: Origin,
    util_libs: Origin,
}

/// Where a tree comes from.
#[derive(Deserialize)]
struct Origin {
    git: String,
    commit: String,
}

impl VendoredSources {
    /// Makes a configuration use the crate's sources. `is_own` means that a user's file names its
    /// sources: then they have to be the same ones.
    ///
    /// # Errors
    /// They are not, or the crate's own record can't be read.
    pub(crate) fn serve(&self, config: &mut Contextualized, is_own: bool) -> Result<(), VendoredError> {
        let record = self.record()?;
        let pinned = config.pins.commit(&config.sel4_sources.kernel);
        if let Some(commit) = pinned.filter(|commit| *commit != record.kernel.commit) {
            return Err(VendoredError::OtherKernel {
                asked: format!(
                    "{}, which sel4.lock says is commit {commit}",
                    words(&config.sel4_sources.kernel)
                ),
                version: self.version.clone(),
                url: record.kernel.git.clone(),
            });
        }
        if is_own {
            self.check(&config.sel4_sources, config.follows_release, &record)?;
        }
        let folder = |dir: &Path| RepoSource::LocalPath(dir.to_owned());
        config.sel4_sources = SeL4Sources {
            kernel: folder(&self.kernel),
            tools: folder(&self.tools),
            util_libs: folder(&self.util_libs),
        };
        config.follows_release = FollowsRelease::default();
        Ok(())
    }

    fn record(&self) -> Result<Record, VendoredError> {
        let error = |cause: String| VendoredError::Record {
            path: self.record.clone(),
            cause,
        };
        let text = std::fs::read_to_string(&self.record).map_err(|source| error(source.to_string()))?;
        toml::from_str(&text).map_err(|source| error(source.message().to_owned()))
    }

    fn check(&self, asked: &SeL4Sources, follows: FollowsRelease, record: &Record) -> Result<(), VendoredError> {
        let is_release = |source: &RepoSource| matches!(source, RepoSource::RemoteGit { target: GitTarget::Tag(tag), .. } if *tag == self.version);
        if !is_release(&asked.kernel) && !is_commit(&asked.kernel, &record.kernel.commit) {
            return Err(VendoredError::OtherKernel {
                asked: words(&asked.kernel),
                version: self.version.clone(),
                url: record.kernel.git.clone(),
            });
        }
        for (tree, asked, follows, origin) in [
            (Tree::Tools, &asked.tools, follows.tools, &record.tools),
            (Tree::UtilLibs, &asked.util_libs, follows.util_libs, &record.util_libs),
        ] {
            if !follows && !is_commit(asked, &origin.commit) {
                return Err(VendoredError::OtherTree {
                    key: tree.key(),
                    asked: words(asked),
                    commit: format!("commit {}", origin.commit),
                });
            }
        }
        Ok(())
    }
}

/// Whether a source is that commit. Where it would be fetched from makes no difference.
fn is_commit(source: &RepoSource, commit: &str) -> bool {
    // git's own minimum.
    const SHORTEST: usize = 4;
    matches!(source, RepoSource::RemoteGit { target: GitTarget::Rev(id), .. }
        if id.len() >= SHORTEST && commit.starts_with(&id.to_lowercase()))
}

fn words(source: &RepoSource) -> String {
    match source {
        RepoSource::LocalPath(dir) => format!("the folder {}", dir.display()),
        RepoSource::RemoteGit { url, target } => format!("{target} of {url}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Arch, Pins, Platform, SeL4Arch};

    const COMMITS: [&str; 3] = ["0123456789abcdef", "aaaa456789abcdef", "bbbb456789abcdef"];

    fn crate_in(dir: &Path) -> VendoredSources {
        let record = dir.join("SOURCES.toml");
        let tables = ["kernel", "tools", "util_libs"].iter().zip(COMMITS);
        let text =
            tables.map(|(key, commit)| format!("[{key}]\ngit = 'https://example.org/{key}'\ncommit = '{commit}'\n"));
        std::fs::write(&record, text.collect::<String>()).unwrap();
        VendoredSources {
            version: "16.0.0".to_owned(),
            kernel: dir.join("seL4"),
            tools: dir.join("seL4_tools"),
            util_libs: dir.join("util_libs"),
            record,
        }
    }

    /// The result for a configuration with these lines in `[sel4]`.
    fn served(sources: &str, is_own: bool) -> Result<Contextualized, String> {
        let dir = tempfile::tempdir().unwrap();
        let platform = Platform("virt".to_owned());
        let text = format!("[sel4]\n{sources}\n[build.virt]\n");
        let mut config = Contextualized::from_str(&text, Arch::Arm, SeL4Arch::Aarch64, true, platform, None).unwrap();
        let served = crate_in(dir.path()).serve(&mut config, is_own);
        served.map(|()| config).map_err(|error| error.to_string())
    }

    #[test]
    fn the_same_sources_come_from_the_crate() {
        for sources in [
            "kernel = { git = 'https://mirror.example.org/seL4', tag = '16.0.0' }",
            "kernel = { git = 'g', rev = '01234567' }\ntools = { git = 't', rev = 'AAAA4567' }",
        ] {
            let config = served(sources, true).unwrap();
            for (source, folder) in [
                (&config.sel4_sources.kernel, "seL4"),
                (&config.sel4_sources.tools, "seL4_tools"),
                (&config.sel4_sources.util_libs, "util_libs"),
            ] {
                assert!(
                    matches!(source, RepoSource::LocalPath(dir) if dir.ends_with(folder)),
                    "{source:?}"
                );
            }
            assert_eq!(config.follows_release, FollowsRelease::default());
        }
    }

    #[test]
    fn another_kernel_is_never_taken_in_silence() {
        for (kernel, told) in [
            ("git = 'g', tag = '15.0.0'", "the kernel: tag 15.0.0 of g,"),
            ("git = 'g', branch = 'master'", "the kernel: branch master of g,"),
            ("git = 'g', rev = '012'", "the kernel: commit 012 of g,"),
            ("path = '../seL4'", "the kernel: the folder ../seL4,"),
        ] {
            let sources = format!("kernel = {{ {kernel} }}");
            let error = served(&sources, true).unwrap_err();
            assert!(error.contains(told) && error.contains("holds seL4 16.0.0"), "{error}");
            // Nobody chose the embedded configuration.
            assert!(served(&sources, false).is_ok());
        }
    }

    #[test]
    fn another_elfloader_neither() {
        let error = served(
            "kernel = { git = 'g', tag = '16.0.0' }\nutil_libs = { path = 'u' }",
            true,
        );
        let error = error.unwrap_err();
        assert!(
            error.starts_with("sel4.toml asks for `util_libs`: the folder u, and"),
            "{error}"
        );
    }

    #[test]
    fn sel4_lock_is_obeyed() {
        let dir = tempfile::tempdir().unwrap();
        let platform = Platform("virt".to_owned());
        let text = "[sel4]\nkernel = { git = 'g', tag = '16.0.0' }\n[build.virt]\n";
        let config = Contextualized::from_str(text, Arch::Arm, SeL4Arch::Aarch64, true, platform, None).unwrap();
        for (commit, is_right) in [(COMMITS[0], true), (COMMITS[1], false)] {
            let mut config = config.clone();
            let pin = (config.sel4_sources.kernel.clone(), commit.to_owned());
            config.pins = Pins::new(Path::new("sel4.lock"), [pin]);
            let served = crate_in(dir.path()).serve(&mut config, true);
            assert_eq!(served.is_ok(), is_right, "{commit}");
            if let Err(error) = served {
                let told = format!("tag 16.0.0 of g, which sel4.lock says is commit {commit},");
                assert!(error.to_string().contains(&told), "{error}");
            }
        }
    }

    #[test]
    fn a_record_that_is_damaged_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let sources = crate_in(dir.path());
        std::fs::write(&sources.record, "[kernel]\n").unwrap();
        let error = sources.record().err().unwrap().to_string();
        assert!(error.contains("missing field"), "{error}");
    }
}
