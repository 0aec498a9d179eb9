//! `selfe fetch`: the sources, fetched into the cache for work without a network.

use crate::context::{self, Locked};
use crate::exit::Failure;
use crate::progress::Terminal;
use anstream::println;
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::lock::{self, Wanted};
use selfe_config::model::{Document, Platform, RepoSource};
use selfe_config::platform::{ImageKind, PlatformData};
use selfe_config::release::{Release, recognise};
use selfe_config::source::{self, Tree};
use std::process::ExitCode;

/// Fetch the sources into the cache, for builds without a network; without a sel4.toml, those of
/// the default configuration
///
/// Fetches the kernel, and what the platforms need: seL4_tools and util_libs for those that boot
/// through the elfloader, OpenSBI for those without firmware of their own. The platforms are those
/// named, or else those that sel4.toml sets up.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Fetch {
    /// A platform to fetch for; may be given several times
    #[arg(short, long = "platform", value_name = "NAME")]
    platforms: Vec<String>,
    /// Fetch all sources, even those that are not needed
    #[arg(long, conflicts_with = "platforms")]
    all: bool,
    #[command(flatten)]
    locked: Locked,
    /// Show the tools' output
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
        let mut platforms = Vec::new();
        for name in &self.platforms {
            platforms.push(document.platform(&Platform(name.clone()))?);
        }
        if self.platforms.is_empty() && (is_own || self.all) {
            let is_set_up = |platform: &&PlatformData| document.full().build.contains_key(&platform.name);
            platforms.extend(document.platforms().filter(|platform| self.all || is_set_up(platform)));
        }
        let rule = self.locked.rule()?;
        let fetch = |tree: Tree, source: &RepoSource| {
            let source = source.below(document.base_dir());
            let pins = lock::pin(&cache, &document, &[Wanted::vital(&source)], rule, &progress)?;
            let found = source::resolve_pinned(&cache, tree, &source, &pins, &progress)?;
            println!("{:<10} {}", tree.key(), found.dir.display());
            Ok::<_, Failure>(found)
        };
        let kernel = fetch(Tree::Kernel, &document.full().sel4.sources.kernel)?;
        for (tree, source) in needed(&document, &platforms, recognise(&kernel.dir).release) {
            fetch(tree, &source)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The sources, besides the kernel's, that images for some platforms need; each once.
fn needed(document: &Document, platforms: &[&PlatformData], release: &Release) -> Vec<(Tree, RepoSource)> {
    let sources = document
        .full()
        .sel4
        .sources
        .for_release(document.follows_release(), release);
    let mut needed = Vec::new();
    if platforms.iter().any(|platform| platform.image == ImageKind::Elfloader) {
        needed.push((Tree::Tools, sources.tools));
        needed.push((Tree::UtilLibs, sources.util_libs));
    }
    let arches = platforms.iter().flat_map(|platform| platform.sel4_arch.values());
    for usual in arches.filter_map(|arch| arch.opensbi.as_ref()) {
        let opensbi = (Tree::OpenSbi, document.opensbi().unwrap_or(usual).clone());
        if !needed.contains(&opensbi) {
            needed.push(opensbi);
        }
    }
    needed
}
