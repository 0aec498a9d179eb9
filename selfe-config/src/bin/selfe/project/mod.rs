//! The files of a root task's project, written by `selfe new` and `selfe init`.
//!
//! Their texts are in `selfe-config/project`. The repository's folder `template` is what `selfe
//! new` writes for three platforms.

mod boards;
mod kernel;
mod merge;
mod text;
mod write;

use crate::exit::Failure;
use boards::Board;
use clap::Args;
use std::path::{Path, PathBuf};
use write::Files;

/// What the user may choose.
#[derive(Args)]
pub struct Wishes {
    /// A platform to boot on; may be given several times, and the first one is what `cargo run`
    /// boots
    #[arg(short, long = "platform", value_name = "NAME", default_value = "pc99")]
    platforms: Vec<String>,
    /// Fetch and build the kernel afterwards without asking
    #[arg(long, conflicts_with = "no_build")]
    build: bool,
    /// Neither ask nor build the kernel
    #[arg(long)]
    no_build: bool,
}

/// A project whose files are there.
pub struct Project {
    /// The folder of sel4.toml: the workspace's root.
    pub root: PathBuf,
    /// What was added, and what differs.
    pub report: Vec<String>,
    names: Vec<String>,
}

impl Project {
    /// The platforms, for people.
    pub fn platforms(&self) -> String {
        self.names.join(", ")
    }
}

/// Writes the files that a package lacks.
///
/// # Errors
/// Cargo can't read the package, or a file can't be read or written.
pub fn complete(package: &Path, boards: &[Board]) -> Result<Project, Failure> {
    let root = write::workspace_root(package)?;
    let mut files = Files::new(package, &root);
    files.merge_manifests()?;
    files.create(&files.package("build.rs"), text::BUILD_SCRIPT)?;
    files.main_program()?;
    files.create(&files.package("tests/on_target.rs"), text::TEST)?;
    files.create(
        &files.root("sel4.toml"),
        &text::sel4_toml(boards, &files.program_name()),
    )?;
    files.merge(&files.root(".cargo/config.toml"), &text::cargo_config(boards))?;
    files.create_program(&files.root(".cargo/rustc"), text::WRAPPER)?;
    if let Some(settings) = text::editor(boards) {
        files.create(&files.root(".vscode/settings.json"), &settings)?;
    }
    files.create(&files.package("README.md"), &text::readme(boards))?;
    Ok(Project {
        root,
        report: files.report(),
        names: boards.iter().map(|board| board.platform.name.clone()).collect(),
    })
}
