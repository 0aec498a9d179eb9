//! `selfe update`: sel4.lock, moved to what branches and tags stand for today.

use anstream::{eprintln, println};
use crate::context;
use crate::exit::Failure;
use crate::progress::Terminal;
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::lock::update::update;
use std::process::ExitCode;

/// Ask the repositories which commits the branches and tags of sel4.toml stand for today, and write
/// them to sel4.lock
///
/// Nothing else moves sel4.lock: a build takes the commits that it names, and adds those that it
/// lacks.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Update {
    /// The sources to ask for, such as kernel; unset, those that have an entry, or that the
    /// platforms of sel4.toml need
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only tell what would change
    #[arg(long)]
    dry_run: bool,
    /// Show what the tools say
    #[arg(short, long)]
    verbose: bool,
}

impl Update {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let document = context::require()?;
        let progress = Terminal::new(self.verbose);
        let cache = Cache::open()?;
        let changes = update(&cache, &document, &self.sources, self.dry_run, &progress)?;
        drop(progress);
        for change in &changes {
            println!("{change}");
        }
        if changes.is_empty() {
            eprintln!(
                "sel4.toml names nothing that could move: each of its sources is a folder, a commit, or follows from the kernel's release"
            );
        } else if self.dry_run {
            eprintln!("nothing was written: this was a dry run");
        }
        Ok(ExitCode::SUCCESS)
    }
}
