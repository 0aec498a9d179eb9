//! Fetches and builds the kernel of a new project, with progress: cargo shows none while a build
//! script does the same.

use super::{Project, Wishes};
use crate::context::{Choice, Locked};
use crate::exit::Failure;
use crate::progress::Terminal;
use anstream::{eprint, eprintln};
use selfe_config::cache::Cache;
use selfe_config::model::Document;
use std::io::{self, IsTerminal};

impl Wishes {
    /// Builds the kernel for the first platform, if the user wants that.
    ///
    /// # Errors
    /// The kernel can't be fetched or built.
    pub fn build_kernel(&self, project: &Project) -> Result<(), Failure> {
        if self.no_build {
            return Ok(());
        }
        if !self.build && !agrees() {
            if !io::stdin().is_terminal() {
                eprintln!(
                    "the first `cargo run` also fetches and builds the kernel, which takes a minute; `--build` does it now"
                );
            }
            return Ok(());
        }
        let document = Document::read(&project.root.join("sel4.toml"))?;
        let mut chosen = Choice::of_platform(self.platforms.first().cloned()).resolve(document)?;
        let progress = Terminal::new(false);
        let cache = Cache::open()?;
        chosen.pin(&cache, Locked::default().rule()?, &progress)?;
        let platform = chosen.platform()?;
        selfe_config::build::build(&cache, &chosen.config, platform, &progress)?;
        Ok(())
    }
}

/// Asks on a terminal.
fn agrees() -> bool {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return false;
    }
    eprint!("fetch and build the kernel now? It takes a minute, and cargo would show no progress. [Y/n] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok_and(|count| count > 0)
        && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}
