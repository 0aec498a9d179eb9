//! `selfe new`: a project that builds, boots and tests a root task as it is.

use crate::exit::Failure;
use crate::project::{self, Wishes};
use anstream::eprintln;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::tools;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Create a project for a root task: `cargo run` boots it, `cargo test` tests it on seL4
///
/// `cargo new` creates the package; `selfe init` adds what a root task needs.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct New {
    /// The folder to create; its name is the package's
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The package's name [default: that of the folder]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    wishes: Wishes,
}

impl New {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let boards = self.wishes.boards()?;
        let cargo = match std::env::var_os("CARGO") {
            Some(cargo) => PathBuf::from(cargo),
            None => {
                tools::find("cargo").map_err(|missing| Failure::new(ErrorKind::MissingTool, missing.to_string()))?
            }
        };
        let mut command = Command::new(cargo);
        command.args(["new", "--quiet", "--bin"]);
        if let Some(name) = &self.name {
            command.args(["--name", name]);
        }
        let status = command.arg("--").arg(&self.path).status();
        Failure::unless_success(status, ErrorKind::Usage, |why| {
            format!(
                "`cargo new` did not create the package: {why}\nnote: its own message is above\nhelp: `selfe init PATH` completes a package that exists"
            )
        })?;
        let project = project::complete(&self.path, &boards)?;
        eprintln!(
            "created {}, a root task for {}",
            self.path.display(),
            project.platforms()
        );
        self.wishes.build_kernel(&project)?;
        eprintln!(
            "next: `cd {}`, then `cargo run`; README.md there has the rest",
            self.path.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}
