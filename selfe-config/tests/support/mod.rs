//! The fixture kernel as a git repository, and a configuration that names it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::{KernelBuild, KernelError};
use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
use selfe_config::progress::Progress;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs git in a folder, with an identity of its own.
pub fn git(dir: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=Fixture",
        "-c",
        "user.email=fixture@localhost",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The fixture kernel as a folder.
pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture-kernel")
}

/// The fixture kernel as a git repository with the tag `1.0`, in that folder.
pub fn repository(dir: &Path) -> PathBuf {
    let repository = dir.join("kernel.git");
    copy(&fixture(), &repository);
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "--quiet", "-m", "The fixture"]);
    git(&repository, &["tag", "-a", "1.0", "-m", "1.0"]);
    repository
}

/// A configuration whose kernel is `kernel`, a TOML table, with some options.
pub fn document(kernel: &str, options: &str) -> Document {
    Document::parse(&text(kernel, options), None).unwrap_or_else(|error| panic!("{error}"))
}

/// The text of [`document`].
pub fn text(kernel: &str, options: &str) -> String {
    format!(
        "[sel4]\nkernel = {kernel}\ntools = {{ path = 'unused' }}\nutil_libs = {{ path = 'unused' }}\n\
         [sel4.config]\n{options}\n[build.fixture]\n\
         [platform.fixture]\nimage = 'multiboot'\nsel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n"
    )
}

/// The TOML table for a tag of a repository.
pub fn tag(repository: &Path, tag: &str) -> String {
    format!("{{ git = 'file://{}', tag = '{tag}' }}", repository.display())
}

/// Builds a configuration for the platform `fixture`.
pub fn build(cache: &Cache, document: &Document) -> Result<KernelBuild, KernelError> {
    build_with(cache, document, &Notes::default())
}

/// Builds a configuration for the platform `fixture`, reporting to `progress`.
pub fn build_with(cache: &Cache, document: &Document, progress: &dyn Progress) -> Result<KernelBuild, KernelError> {
    let platform = Platform("fixture".to_owned());
    let config = document.contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)?;
    build::build(cache, &config, document.platform(&platform)?, progress)
}

/// Collects the reports.
#[derive(Default)]
pub struct Notes(pub Mutex<Vec<String>>);

impl Notes {
    /// Every step and warning so far, one per line.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Progress for Notes {
    fn begin(&self, step: &str) {
        self.0.lock().unwrap().push(step.to_owned());
    }
    fn warn(&self, message: &str) {
        self.0.lock().unwrap().push(format!("warning: {message}"));
    }
}

/// Set in a child of a test program: the cache, the kernel and the configuration's options.
const CHILD: &str = "SELFE_TEST_CHILD";

/// This test program as a child that builds and exits: its test named `child` has to call
/// [`be_child`].
pub fn child(cache: &Path, kernel: &str, options: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]);
    command.env(CHILD, format!("{}\n{kernel}\n{options}", cache.display()));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Builds what [`child`] requested, and exits with 3 if that fails; does nothing in a program that
/// is not a child.
pub fn be_child() {
    let Some(words) = std::env::var_os(CHILD) else { return };
    let words = words.into_string().unwrap();
    let [cache, kernel, options] = words.split('\n').collect::<Vec<_>>()[..] else {
        panic!("{words}")
    };
    let cache = Cache::at(Path::new(cache)).unwrap();
    if let Err(error) = build(&cache, &document(kernel, &options.replace(';', "\n"))) {
        eprintln!("{error}");
        std::process::exit(3);
    }
}
