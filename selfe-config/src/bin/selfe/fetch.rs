//! `selfe fetch`: the sources, brought into the cache for work without a network.

use crate::context;
use crate::exit::Failure;
use crate::progress::Terminal;
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::model::Document;
use selfe_config::platform::ImageKind;
use selfe_config::source::{self, Tree};
use std::process::ExitCode;

/// Bring the sources into the cache, for builds without a network; without a sel4.toml, those of the default configuration
///
/// seL4_tools and util_libs are fetched where sel4.toml sets up a platform that boots through the elfloader, or with --all.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Fetch {
    /// Fetch all three sources, needed or not
    #[arg(long)]
    all: bool,
    /// Show what the tools say
    #[arg(short, long)]
    verbose: bool,
}

impl Fetch {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (document, is_own) = match context::find()? {
            Some(document) => (document, true),
            None => (Document::embedded(), false),
        };
        let progress = Terminal::new(self.verbose);
        let cache = Cache::open()?;
        let sources = &document.full().sel4.sources;
        let mut trees = vec![(Tree::Kernel, &sources.kernel)];
        if self.all || (is_own && uses_elfloader(&document)) {
            trees.extend([(Tree::Tools, &sources.tools), (Tree::UtilLibs, &sources.util_libs)]);
        }
        for (tree, source) in trees {
            let found = source::resolve(&cache, tree, &source.below(document.base_dir()), &progress)?;
            println!("{:<10} {}", tree.key(), found.dir.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn uses_elfloader(document: &Document) -> bool {
    let set_up = document
        .platforms()
        .filter(|platform| document.full().build.contains_key(&platform.name));
    set_up
        .into_iter()
        .any(|platform| platform.image == ImageKind::Elfloader)
}
