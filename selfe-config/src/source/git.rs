//! git repositories: each commit is fetched once into the cache, by the user's own git, so that
//! credentials, proxies and `url.*.insteadOf` work.
//!
//! `src/<hash of format and url>/<commit>` contains a commit's files; `src/<hash of format and
//! url>/<hash of target>.ref` contains the commit that a branch, tag or shortened id stood for when
//! it was last resolved.

use super::command::{self, Failure};
use super::files::{self, FilesError};
use super::{Identity, ResolvedCommit, Source, SourceError};
use crate::cache::{Cache, disk_is_full, hash, write_last};
use crate::model::GitTarget;
use crate::progress::{Progress, Silent};
use crate::repository::is_full_id;
use std::path::{Path, PathBuf};

pub fn resolve(
    cache: &Cache,
    url: &str,
    target: &GitTarget,
    pin: Option<(&str, &Path)>,
    progress: &dyn Progress,
) -> Result<Source, SourceError> {
    let repository = Repository::checked(cache, url, target, progress)?;
    match pin {
        None => repository.files(&repository.look_up()?.commit),
        Some((commit, lock)) => repository.files(commit).map_err(|error| match error {
            SourceError::NoSuchTarget { .. } => SourceError::PinIsGone {
                url: url.to_owned(),
                target: target.to_string(),
                commit: commit.to_owned(),
                lock: lock.to_owned(),
            },
            other => other,
        }),
    }
}

/// Finds out which commit a target stands for. A branch is asked for every time, a tag once;
/// nothing is fetched except the history, for a shortened commit id.
///
/// # Errors
/// The repository can't be reached, or has no such branch, tag or commit.
pub(crate) fn look_up(
    cache: &Cache,
    url: &str,
    target: &GitTarget,
    progress: &dyn Progress,
) -> Result<ResolvedCommit, SourceError> {
    Repository::checked(cache, url, target, progress)?.look_up()
}

/// Asks the repository which commit a target stands for today.
///
/// # Errors
/// As for [`look_up`].
pub(crate) fn ask(
    cache: &Cache,
    url: &str,
    target: &GitTarget,
    progress: &dyn Progress,
) -> Result<String, SourceError> {
    Repository::checked(cache, url, target, progress)?.ask_remote()
}

/// Whether the target's commit is known and in the cache; a branch may have moved on.
pub fn is_at_hand(cache: &Cache, url: &str, target: &GitTarget) -> bool {
    let repository = Repository::new(cache, url, target, &Silent);
    let known = repository.known_commit();
    !matches!(target, GitTarget::Branch(_)) && known.is_some_and(|commit| repository.has(&commit))
}

/// Changes whenever the meaning of a cache entry changes, so that versions of selfe that read it
/// differently don't share it.
const FORMAT: &str = "2";

struct Repository<'a> {
    cache: &'a Cache,
    url: &'a str,
    target: &'a GitTarget,
    kind: String,
    progress: &'a dyn Progress,
}

impl<'a> Repository<'a> {
    fn new(cache: &'a Cache, url: &'a str, target: &'a GitTarget, progress: &'a dyn Progress) -> Self {
        Repository {
            cache,
            url,
            target,
            kind: format!("src/{}", &hash([FORMAT.as_bytes(), url.as_bytes()])[..16]),
            progress,
        }
    }

    /// Rejects what git would read as an option.
    fn checked(
        cache: &'a Cache,
        url: &'a str,
        target: &'a GitTarget,
        progress: &'a dyn Progress,
    ) -> Result<Self, SourceError> {
        let (what, name) = match target {
            GitTarget::Branch(name) => ("the branch", name),
            GitTarget::Tag(name) => ("the tag", name),
            GitTarget::Rev(name) => ("the commit", name),
        };
        for (what, value) in [("the URL", url), (what, name.as_str())] {
            if value.starts_with('-') {
                return Err(SourceError::LooksLikeOption {
                    what,
                    value: value.to_owned(),
                });
            }
        }
        Ok(Self::new(cache, url, target, progress))
    }

    /// The commit that the target stands for: a tag's from the cache, a branch's from the remote,
    /// or from the cache if the remote does not answer.
    fn look_up(&self) -> Result<ResolvedCommit, SourceError> {
        let current = |commit| ResolvedCommit {
            commit,
            is_current: true,
        };
        match (self.known_commit(), self.target) {
            (Some(commit), GitTarget::Tag(_) | GitTarget::Rev(_)) => Ok(current(commit)),
            (Some(commit), GitTarget::Branch(_)) => match self.ask_remote() {
                Err(error) if error.is_unreachable() && self.has(&commit) => {
                    self.progress.warn(&format!(
                        "{} can't be reached: using {} as it was when last fetched",
                        self.url, self.target
                    ));
                    Ok(ResolvedCommit {
                        commit,
                        is_current: false,
                    })
                }
                asked => asked.map(current),
            },
            (None, _) => self.ask_remote().map(current),
        }
    }

    fn ref_file(&self) -> PathBuf {
        let key = hash([self.target.to_string().as_bytes()]);
        self.cache.root().join(&self.kind).join(format!("{}.ref", &key[..16]))
    }

    /// The commit that the target stood for when it was last resolved; a full id stands for itself.
    fn known_commit(&self) -> Option<String> {
        if let Some(id) = self.target.full_id() {
            return Some(id);
        }
        let text = std::fs::read_to_string(self.ref_file()).ok()?;
        Some(text.trim().to_owned()).filter(|id| is_full_id(id))
    }

    fn has(&self, commit: &str) -> bool {
        self.cache.entry(&self.kind, commit).complete().is_some()
    }

    /// Asks the remote which commit the target stands for, and remembers it.
    fn ask_remote(&self) -> Result<String, SourceError> {
        let commit = match self.target {
            GitTarget::Branch(name) => self.ls_remote(&format!("refs/heads/{name}"), name)?,
            GitTarget::Tag(name) => self.ls_remote(&format!("refs/tags/{name}"), name)?,
            GitTarget::Rev(id) => self.expand(id)?,
        };
        let file = self.ref_file();
        let parent = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(crate::cache::io_error("create", parent))?;
        write_last(&file, commit.as_bytes()).map_err(crate::cache::io_error("write", &file))?;
        Ok(commit)
    }

    fn ls_remote(&self, full: &str, name: &str) -> Result<String, SourceError> {
        let listed = self.git(None, &["ls-remote", "--heads", "--tags", "--", self.url])?;
        let refs = || listed.lines().filter_map(|line| line.split_once('\t'));
        // An annotated tag's own object comes first; the commit has `^{}` after its name.
        let peeled = format!("{full}^{{}}");
        let found = refs()
            .find(|(_, at)| *at == peeled)
            .or_else(|| refs().find(|(_, at)| *at == full));
        if let Some((id, _)) = found {
            return Ok(id.to_owned());
        }
        let prefix = full.strip_suffix(name).unwrap_or("refs/tags/");
        let names = refs()
            .filter_map(|(_, at)| at.strip_prefix(prefix))
            .filter(|name| !name.ends_with("^{}"));
        Err(self.no_such_target(crate::nearest::nearest(name, names).map(str::to_owned)))
    }

    /// Finding a shortened id needs the history.
    fn expand(&self, short: &str) -> Result<String, SourceError> {
        self.progress.begin(&format!("fetching the history of {}", self.url));
        // All ids of a repository have the same length.
        let known = self.git(None, &["ls-remote", "--", self.url])?;
        let is_long = known.lines().next().is_some_and(|line| line.find('\t') == Some(64));
        let scratch = self.cache.scratch()?;
        let dir = &self.repository_in(scratch.path(), is_long)?;
        let all = "+refs/*:refs/*";
        self.git(
            Some(dir),
            &["fetch", "--quiet", "--filter=blob:none", "--", self.url, all],
        )
        .or_else(|error| match error {
            // A server may refuse the filter; one that does not answer will not answer another
            // request either.
            error if !error.is_unreachable() || !self.answers() => Err(error),
            _ => self.git(Some(dir), &["fetch", "--quiet", "--", self.url, all]),
        })?;
        let commit = self.git(
            Some(dir),
            &["rev-parse", "--verify", "--quiet", &format!("{short}^{{commit}}")],
        );
        self.progress.end();
        commit
            .map(|id| id.trim().to_owned())
            .map_err(|_| self.no_such_target(None))
    }

    /// The files of a commit, fetched if they are not in the cache.
    fn files(&self, commit: &str) -> Result<Source, SourceError> {
        let entry = self.cache.entry(&self.kind, commit);
        let marker = format!("url = {:?}\ncommit = {commit:?}\n", self.url);
        entry.get_or_move_in(
            self.progress,
            |text| text == marker,
            |dir| {
                self.progress
                    .begin(&format!("fetching {} at {}", self.url, self.target));
                let scratch = self.cache.scratch()?;
                let repository = self.repository_in(scratch.path(), commit.len() == 64)?;
                self.fetch(&repository, commit)?;
                files::write(&repository, commit, dir).map_err(|error| match error {
                    FilesError::Cache(error) => error.into(),
                    FilesError::Git(command, failure) => self.failed(&[command], failure),
                })?;
                self.progress.end();
                Ok::<_, SourceError>(marker.clone())
            },
        )?;
        Ok(Source {
            dir: entry.dir,
            identity: Identity::Commit(commit.to_owned()),
        })
    }

    /// Fetches the commit alone if the server allows that, or else its target, or else everything.
    fn fetch(&self, dir: &Path, commit: &str) -> Result<(), SourceError> {
        let name = match self.target {
            GitTarget::Branch(name) => format!("refs/heads/{name}"),
            GitTarget::Tag(name) => format!("refs/tags/{name}"),
            GitTarget::Rev(_) => "HEAD".to_owned(),
        };
        let attempts: [&[&str]; 3] = [
            &["fetch", "--quiet", "--depth=1", "--", self.url, commit],
            &["fetch", "--quiet", "--", self.url, &name],
            &["fetch", "--quiet", "--", self.url, "+refs/*:refs/remotes/origin/*"],
        ];
        for attempt in attempts {
            let is_there = format!("{commit}^{{commit}}");
            match self.git(Some(dir), attempt) {
                Ok(_) if self.git(Some(dir), &["cat-file", "-e", &is_there]).is_ok() => return Ok(()),
                // A server that does not answer will not answer another request either.
                Err(error) if !error.is_unreachable() || !self.answers() => return Err(error),
                _ => {}
            }
        }
        // The server answers, so the commit is missing.
        Err(self.no_such_target(None))
    }

    fn answers(&self) -> bool {
        self.git(None, &["ls-remote", "--quiet", "--", self.url, "HEAD"])
            .is_ok()
    }

    fn no_such_target(&self, near: Option<String>) -> SourceError {
        SourceError::NoSuchTarget {
            url: self.url.to_owned(),
            target: self.target.to_string(),
            near: near.into_iter().collect(),
        }
    }

    /// An empty repository for ids of that kind: long ids are SHA-256.
    fn repository_in(&self, dir: &Path, is_long: bool) -> Result<PathBuf, SourceError> {
        let dir = dir.join("repository");
        let path = dir.display().to_string();
        let format = if is_long { "sha256" } else { "sha1" };
        let format = format!("--object-format={format}");
        self.git(None, &["init", "--quiet", "--bare", "--template=", &format, &path])?;
        Ok(dir)
    }

    /// Runs git and returns its output. A failed command that talks to the remote counts as
    /// unreachable.
    fn git(&self, repository: Option<&Path>, arguments: &[&str]) -> Result<String, SourceError> {
        command::run(repository, arguments).map_err(|failure| self.failed(arguments, failure))
    }

    fn failed(&self, arguments: &[&str], failure: Failure) -> SourceError {
        match failure {
            Failure::Missing(missing) => missing.into(),
            Failure::Said(cause) if disk_is_full(self.cache.root()) => SourceError::DiskFull {
                cache: self.cache.root().to_owned(),
                cause,
            },
            Failure::Said(cause) if matches!(arguments.first(), Some(&"fetch" | &"ls-remote")) => {
                SourceError::Unreachable {
                    url: self.url.to_owned(),
                    target: self.target.to_string(),
                    cause,
                }
            }
            Failure::Said(cause) => SourceError::Git {
                command: arguments.join(" "),
                cause,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_versions_have_another_folder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let (url, target) = ("https://example.org/kernel", GitTarget::Tag("1.0".to_owned()));
        let repository = Repository::new(&cache, url, &target, &Silent);
        // Their marker is not complete for this version, and the other way round.
        assert_ne!(repository.kind, format!("src/{}", &hash([url.as_bytes()])[..16]));
        assert!(
            cache
                .entry_at(&cache.entry(&repository.kind, &"0".repeat(40)).dir)
                .is_some()
        );
    }
}
