//! sel4.lock: the first use writes it, later ones use it, `selfe update` changes it, `--locked`
//! forbids a change; with real git repositories and the fixture kernel.
//!
//! `SNAPSHOTS=overwrite cargo test -p selfe-config --test lock` writes the messages in
//! `tests/bad-lock` again.

mod support;

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::KernelBuild;
use selfe_config::lock::update::update;
use selfe_config::lock::{self, LockError, Rule, Wanted};
use selfe_config::model::{Arch, Document, Pins, Platform, RepoSource, SeL4Arch};
use selfe_config::progress::Silent;
use snapbox::{Data, IntoData, assert_data_eq, str};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Notes, git, repository, tag, text};

/// A project with a sel4.toml, a kernel's repository and a cache.
struct Project {
    dir: tempfile::TempDir,
    cache: Cache,
    repository: PathBuf,
}

impl Project {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("project")).unwrap();
        Project {
            cache: Cache::at(&dir.path().join("cache")).unwrap(),
            repository: repository(dir.path()),
            dir,
        }
    }

    /// A project whose sel4.toml asks for the branch `main`.
    fn on_branch() -> Self {
        let project = Self::new();
        project.asks_for(&text(&project.branch(), ""));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("project").join(name)
    }

    fn branch(&self) -> String {
        format!("{{ git = 'file://{}', branch = 'main' }}", self.repository.display())
    }

    fn asks_for(&self, text: &str) {
        fs::write(self.path("sel4.toml"), text).unwrap();
    }

    fn document(&self) -> Document {
        Document::read(&self.path("sel4.toml")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn head(&self) -> String {
        git(&self.repository, &["rev-parse", "HEAD"])
    }

    /// Adds a commit to the repository, and returns its id.
    fn moves_on(&self) -> String {
        let version = self.repository.join("VERSION");
        let text = fs::read_to_string(&version).unwrap();
        fs::write(&version, format!("{}1\n", text.trim())).unwrap();
        git(&self.repository, &["commit", "--quiet", "-a", "-m", "More"]);
        self.head()
    }

    fn pin(&self, rule: Rule) -> Result<Pins, LockError> {
        self.pin_telling(rule, &Notes::default())
    }

    fn pin_telling(&self, rule: Rule, notes: &Notes) -> Result<Pins, LockError> {
        let document = self.document();
        let kernel = Wanted::vital(&document.full().sel4.sources.kernel);
        lock::pin(&self.cache, &document, &[kernel], rule, notes)
    }

    /// The commit that a build would use now.
    fn commit(&self) -> String {
        let pins = self.pin(Rule::Complete).unwrap();
        let document = self.document();
        pins.commit(&document.full().sel4.sources.kernel).unwrap().to_owned()
    }

    fn build(&self, rule: Rule) -> KernelBuild {
        let document = self.document();
        let platform = Platform("fixture".to_owned());
        let mut config = document
            .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
            .unwrap();
        let data = document.platform(&platform).unwrap();
        lock::pin_build(&self.cache, &document, &mut config, data, rule, &Silent).unwrap();
        build::build(&self.cache, &config, data, &Silent).unwrap()
    }

    fn update(&self, names: &[&str], is_dry: bool) -> Result<Vec<String>, LockError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let changes = update(&self.cache, &self.document(), &names, is_dry, &Silent)?;
        Ok(changes.iter().map(ToString::to_string).collect())
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.path("sel4.lock")).unwrap()
    }

    /// A text with fixed names in place of this run's.
    fn redacted(&self, text: &str) -> String {
        let commits = [(self.head(), "[HEAD]")];
        let text = text.replace(&self.dir.path().display().to_string(), "[DIR]");
        commits.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }
}

#[test]
fn the_first_build_writes_and_later_ones_obey() {
    let project = Project::on_branch();
    let first = project.build(Rule::Complete);
    assert_data_eq!(
        project.redacted(&project.lock()),
        str![[r#"
# Which commits the branches and tags of sel4.toml stand for. selfe writes this file: keep it in version control, and let
# `selfe update` change it.
version = 1

[kernel]
git = "file://[DIR]/kernel.git"
branch = "main"
commit = "[HEAD]"

"#]]
        .raw()
    );
    project.moves_on();
    assert_eq!(project.build(Rule::Complete), first);
    // Nobody is asked, so nobody has to be there.
    fs::remove_dir_all(&project.repository).unwrap();
    assert_eq!(project.build(Rule::Complete), first);
    assert_eq!(project.build(Rule::Locked), first);
}

#[test]
fn another_machine_takes_the_same_commit() {
    let mut project = Project::on_branch();
    let first = project.commit();
    project.moves_on();
    project.cache = Cache::at(&project.dir.path().join("another")).unwrap();
    let built = project.build(Rule::Locked);
    assert!(built.manifest.kernel_source.ends_with(&first), "{built:?}");
}

#[test]
fn update_moves_it() {
    let project = Project::on_branch();
    let first = project.commit();
    let second = project.moves_on();
    let line = format!("kernel: branch main: {} -> {}", &first[..12], &second[..12]);
    assert_eq!(project.update(&[], true).unwrap(), std::slice::from_ref(&line));
    assert_eq!(project.commit(), first, "a dry run writes nothing");
    assert_eq!(project.update(&[], false).unwrap(), [line]);
    assert_eq!(project.commit(), second);
    let unchanged = format!("kernel: branch main: {} (unchanged)", &second[..12]);
    assert_eq!(project.update(&["kernel"], false).unwrap(), [unchanged]);
    assert_eq!(
        project.update(&["tools"], false).unwrap(),
        ["tools: names a commit or a folder by itself, and needs no entry"]
    );
    assert_eq!(
        project.update(&["kernle"], false).unwrap_err().to_string(),
        "sel4.toml names no source `kernle`; it names kernel, tools, util_libs"
    );
}

#[test]
fn a_tag_that_moves_is_told_by_update_alone() {
    let project = Project::new();
    project.asks_for(&text(&tag(&project.repository, "1.0"), ""));
    let first = project.commit();
    let second = project.moves_on();
    git(&project.repository, &["tag", "-f", "-a", "1.0", "-m", "Again"]);
    assert_eq!(project.commit(), first);
    let line = format!("kernel: tag 1.0: {} -> {}", &first[..12], &second[..12]);
    assert_eq!(project.update(&[], false).unwrap(), [line]);
    assert_eq!(project.commit(), second);
}

#[test]
fn an_update_that_fails_changes_nothing() {
    let project = Project::on_branch();
    let tools = "{ git = 'file:///nowhere/tools', branch = 'main' }";
    let with_tools = text(&project.branch(), "").replace("tools = { path = 'unused' }", &format!("tools = {tools}"));
    project.asks_for(&with_tools);
    let first = project.commit();
    project.moves_on();
    assert!(project.update(&["kernel", "tools"], false).is_err());
    assert_eq!(project.commit(), first);
    // None of the platforms that are set up here uses them.
    assert_eq!(project.update(&[], false).unwrap().len(), 1);
}

#[test]
fn a_shortened_commit_id_is_written_at_its_length() {
    let project = Project::new();
    let head = project.head();
    let url = project.repository.display();
    project.asks_for(&text(
        &format!("{{ git = 'file://{url}', rev = '{}' }}", &head[..9]),
        "",
    ));
    assert_eq!(project.commit(), head);
    assert!(
        project
            .lock()
            .contains(&format!("rev = \"{}\"\ncommit = \"{head}\"", &head[..9]))
    );
    project.asks_for(&text(&format!("{{ git = 'file://{url}', rev = '{head}' }}"), ""));
    project.pin(Rule::Complete).unwrap();
    assert!(!project.lock().contains("kernel"), "a full one needs no entry");
}

#[test]
fn without_anything_that_moves_there_is_no_file() {
    let project = Project::new();
    let url = project.repository.display();
    project.asks_for(&text(
        &format!("{{ git = 'file://{url}', rev = '{}' }}", project.head()),
        "",
    ));
    for rule in [Rule::Complete, Rule::Locked] {
        project.pin(rule).unwrap();
    }
    assert_eq!(project.update(&[], false).unwrap(), Vec::<String>::new());
    assert!(!project.path("sel4.lock").exists());
    let embedded = Document::embedded();
    assert_eq!(lock::path(&embedded), None);
    assert_eq!(
        lock::pin(&project.cache, &embedded, &[], Rule::Locked, &Silent).unwrap(),
        Pins::default()
    );
}

#[test]
fn locked_refuses_what_would_change_the_file() {
    let project = Project::on_branch();
    let refused = || project.redacted(&project.pin(Rule::Locked).unwrap_err().to_string());
    assert_data_eq!(
        refused(),
        str![[r#"
[DIR]/project/sel4.lock would have to change, and `--locked` (or SELFE_LOCKED) forbids that
the entry `kernel` is missing: sel4.toml asks for branch main of file://[DIR]/kernel.git
build once without it, or run `selfe update kernel`, and commit sel4.lock with sel4.toml
"#]]
        .raw()
    );
    assert!(!project.path("sel4.lock").exists());
    project.pin(Rule::Complete).unwrap();
    project.pin(Rule::Locked).unwrap();
    let before = project.lock();
    project.asks_for(&text(&tag(&project.repository, "1.0"), ""));
    assert_data_eq!(
        refused(),
        str![[r#"
[DIR]/project/sel4.lock would have to change, and `--locked` (or SELFE_LOCKED) forbids that
the entry `kernel` is for something else: sel4.toml asks for tag 1.0 of file://[DIR]/kernel.git
build once without it, or run `selfe update kernel`, and commit sel4.lock with sel4.toml
"#]]
        .raw()
    );
    project.asks_for(&text("{ path = 'kernel' }", ""));
    assert_data_eq!(
        refused(),
        str![[r#"
[DIR]/project/sel4.lock would have to change, and `--locked` (or SELFE_LOCKED) forbids that
the entry `kernel` is not what sel4.toml asks for
build once without it, or run `selfe update`, and commit sel4.lock with sel4.toml
"#]]
        .raw()
    );
    assert_eq!(project.lock(), before);
}

#[test]
fn an_edited_sel4_toml_changes_its_own_entry_alone() {
    let project = Project::new();
    let url = project.repository.display().to_string();
    // For a commit id any repository will do.
    let both = |kernel: &str| {
        let tools = format!("{{ git = 'file://{url}', branch = 'main' }}");
        text(kernel, "").replace("tools = { path = 'unused' }", &format!("tools = {tools}"))
    };
    project.asks_for(&both(&project.branch().replace("'main'", "\"main\"")));
    let first = project.head();
    project.update(&["kernel", "tools"], false).unwrap();
    assert_eq!(project.lock().matches(&first).count(), 2);
    let second = project.moves_on();
    git(&project.repository, &["tag", "2.0"]);
    project.asks_for(&both(&tag(&project.repository, "2.0")));
    assert_eq!(project.commit(), second);
    let lock = project.lock();
    assert!(
        lock.contains("tag = \"2.0\"") && lock.matches(&first).count() == 1,
        "{lock}"
    );
    project.asks_for(&text(&tag(&project.repository, "2.0"), ""));
    let lines = [
        format!("kernel: tag 2.0: {} (unchanged)", &second[..12]),
        format!("tools: {} (removed)", &first[..12]),
    ];
    assert_eq!(project.update(&[], true).unwrap(), lines);
    project.pin(Rule::Complete).unwrap();
    assert!(
        !project.lock().contains("[tools]"),
        "sel4.toml no longer names it, and a build sees that too"
    );
}

#[test]
fn every_damaged_file_is_refused_with_what_and_where() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad-lock");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "lock") {
            continue;
        }
        count += 1;
        let project = Project::on_branch();
        fs::copy(&path, project.path("sel4.lock")).unwrap();
        let damaged = fs::read(&path).unwrap();
        let error = project.pin(Rule::Complete).expect_err(&path.display().to_string());
        assert_data_eq!(
            format!("{}\n", project.redacted(&error.to_string())),
            Data::read_from(&path.with_extension("txt"), None)
        );
        assert!(lock::read(&project.document()).is_err() && project.update(&[], false).is_err());
        assert_eq!(
            fs::read(project.path("sel4.lock")).unwrap(),
            damaged,
            "it is left as it is"
        );
    }
    assert!(count > 10, "{count} files");
}

#[test]
fn several_at_once_agree() {
    let project = Project::on_branch();
    let (project, mut commits) = (&project, Vec::new());
    std::thread::scope(|scope| {
        let pinning: Vec<_> = (0..8)
            .map(|_| {
                project.moves_on();
                scope.spawn(|| project.commit())
            })
            .collect();
        commits.extend(pinning.into_iter().map(|one| one.join().unwrap()));
    });
    let last = project.commit();
    assert!(commits.iter().all(|commit| *commit == last), "{commits:?}");
}

#[test]
fn a_file_that_is_read_only_is_left() {
    let project = Project::on_branch();
    let lock = project.path("sel4.lock");
    fs::write(&lock, "version = 1\n").unwrap();
    let mut permissions = fs::metadata(&lock).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&lock, permissions).unwrap();
    let notes = Notes::default();
    let pins = project.pin_telling(Rule::Complete, &notes).unwrap();
    let kernel = project.document().full().sel4.sources.kernel.clone();
    assert_eq!(pins.commit(&kernel), Some(project.head().as_str()));
    assert_eq!(project.lock(), "version = 1\n");
    assert_data_eq!(
        project.redacted(&notes.lines().join("\n")),
        "warning: can't write [DIR]/project/sel4.lock: permission denied: no commit is pinned, and the next build may take others"
    );
    assert!(project.pin(Rule::Locked).is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_is_read_only_is_left() {
    let project = Project::on_branch();
    let folder = project.path("sealed");
    fs::create_dir(&folder).unwrap();
    fs::copy(project.path("sel4.toml"), folder.join("sel4.toml")).unwrap();
    let mount = |arguments: &[&str]| {
        let output = Command::new("mount").args(arguments).arg(&folder).output();
        output.is_ok_and(|output| output.status.success())
    };
    let path = folder.display().to_string();
    if !mount(&["--bind", &path]) {
        return selfe_tests::skip("lock::read_only_folder", "only root may mount a folder read-only");
    }
    let is_sealed = mount(&["-o", "remount,bind,ro"]);
    let notes = Notes::default();
    let document = Document::read(&folder.join("sel4.toml")).unwrap();
    let kernel = document.full().sel4.sources.kernel.clone();
    let pinned = lock::pin(
        &project.cache,
        &document,
        &[Wanted::vital(&kernel)],
        Rule::Complete,
        &notes,
    );
    let unmount = Command::new("umount").arg("--lazy").arg(&folder).status().unwrap();
    assert!(is_sealed && unmount.success());
    assert_eq!(pinned.unwrap().commit(&kernel), Some(project.head().as_str()));
    let said = notes.lines().join("\n");
    assert!(
        said.contains("Read-only file system") && said.contains("no commit is pinned"),
        "{said}"
    );
    assert!(!folder.join("sel4.lock").exists());
}

#[test]
fn a_commit_that_the_repository_has_lost() {
    let mut project = Project::on_branch();
    project.pin(Rule::Complete).unwrap();
    let lost = project.head();
    fs::remove_dir_all(&project.repository).unwrap();
    project.cache = Cache::at(&project.dir.path().join("another")).unwrap();
    repository(project.dir.path());
    git(
        &project.repository,
        &["commit", "--quiet", "--amend", "-m", "Written anew"],
    );
    git(&project.repository, &["tag", "-f", "1.0"]);
    git(&project.repository, &["reflog", "expire", "--expire=now", "--all"]);
    git(&project.repository, &["gc", "--quiet", "--prune=now"]);
    let document = project.document();
    let kernel = document.full().sel4.sources.kernel.clone();
    let pins = project.pin(Rule::Locked).unwrap();
    let tree = selfe_config::source::Tree::Kernel;
    let error = selfe_config::source::resolve_pinned(&project.cache, tree, &kernel, &pins, &Silent).unwrap_err();
    assert_data_eq!(
        project.redacted(&error.to_string()).replace(&lost, "[LOST]"),
        str![[r#"
file://[DIR]/kernel.git has no commit [LOST], which [DIR]/project/sel4.lock names for its branch main
the branch main was moved and the old commit removed, or the repository is another one than when the lock was written
`selfe update` writes the commit that the branch main stands for today
"#]]
        .raw()
    );
}

#[test]
fn a_branch_that_can_t_be_asked_for_serves_and_is_not_pinned() {
    let project = Project::on_branch();
    let built = project.build(Rule::Complete);
    fs::remove_file(project.path("sel4.lock")).unwrap();
    fs::rename(&project.repository, project.dir.path().join("gone")).unwrap();
    assert_eq!(project.build(Rule::Complete), built);
    assert!(!project.path("sel4.lock").exists(), "it may be old");
}

/// The sources of the elfloader are pinned together with the kernel, which passes them on to where
/// an image is made.
#[test]
fn a_kernel_build_carries_its_loader_s_commits() {
    let project = Project::new();
    let tools = |url: &Path| format!("tools = {{ git = 'file://{}', branch = 'main' }}", url.display());
    let with = |url: &Path, image: &str| {
        let text = text(&project.branch(), "").replace("tools = { path = 'unused' }", &tools(url));
        project.asks_for(&text.replace("image = 'multiboot'", &format!("image = '{image}'")));
    };
    let loader = || project.build(Rule::Complete).manifest.loader.unwrap().tools;
    let nowhere = project.dir.path().join("nowhere");
    // A platform without a loader never asks for one.
    with(&nowhere, "multiboot");
    assert_eq!(project.build(Rule::Complete).manifest.loader, None);
    assert!(!project.lock().contains("[tools]"));
    project.build(Rule::Locked);
    // If one can't be reached, making the image reports it.
    with(&nowhere, "elfloader");
    assert!(loader().may_move() && !project.lock().contains("[tools]"));
    with(&project.repository, "elfloader");
    let first = loader();
    let pinned = format!("{:?}", project.head());
    assert!(!first.may_move() && format!("{first:?}").contains(&pinned), "{first:?}");
    project.moves_on();
    assert_eq!(loader(), first);
    let RepoSource::RemoteGit { .. } = first else { panic!() };
}
