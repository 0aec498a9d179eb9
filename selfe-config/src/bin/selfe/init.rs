//! `selfe init`: adds what a root task needs to an existing package.

use crate::exit::Failure;
use crate::project::{self, Wishes};
use anstream::{eprintln, println};
use clap::Args;
use selfe_config::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

/// Add what a root task needs to an existing package, and print what was added
///
/// Nothing that exists is changed or removed: where it differs from what a root task needs, that is
/// printed.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Init {
    /// The package's folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    wishes: Wishes,
}

impl Init {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if !self.path.join("Cargo.toml").is_file() {
            let message = format!(
                "there is no Cargo.toml in {}\nhelp: `selfe new PATH` creates a project; `cargo init` makes a package of this folder",
                self.path.display()
            );
            return Err(Failure::new(ErrorKind::Usage, message));
        }
        let boards = self.wishes.boards()?;
        let project = project::complete(&self.path, &boards)?;
        for line in &project.report {
            println!("{line}");
        }
        if project.report.is_empty() {
            eprintln!("the package has everything that a root task needs");
        }
        self.wishes.build_kernel(&project)?;
        Ok(ExitCode::SUCCESS)
    }
}
