//! `selfe update`: updates sel4.lock to what branches and tags stand for today.

use crate::context;
use crate::exit::Failure;
use crate::progress::Terminal;
use anstream::{eprintln, println};
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::lock::update::update;
use std::process::ExitCode;

/// Ask the repositories which commits the branches and tags of sel4.toml stand for today, and write
/// them to sel4.lock
///
/// Nothing else changes an entry of sel4.lock: a build uses the commits in it, and adds missing
/// ones.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Update {
    /// The sources to update, such as kernel [default: those that have an entry, or that the
    /// platforms of sel4.toml need]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only print what would change
    #[arg(long)]
    dry_run: bool,
    /// Show the tools' output
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
                "nothing in sel4.toml can move: each of its sources is a folder, a commit, or follows from the kernel's release"
            );
        } else if self.dry_run {
            eprintln!("nothing was written: this was a dry run");
        }
        Ok(ExitCode::SUCCESS)
    }
}
