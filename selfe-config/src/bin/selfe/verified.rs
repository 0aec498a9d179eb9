//! `selfe verified`: the verified configurations.

use crate::context::{self, Locked};
use crate::exit::Failure;
use crate::progress::Terminal;
use crate::table;
use anstream::println;
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::kernel::KernelError;
use selfe_config::lock::{self, Wanted};
use selfe_config::model::{Document, Platform, SeL4Arch};
use selfe_config::options::verified_config::{self, Board, VerifiedConfig};
use selfe_config::platform::PlatformData;
use selfe_config::release::recognise;
use selfe_config::source::{self, Tree};
use std::process::ExitCode;

/// List the configurations that the kernel's proofs are about, with their boards; without a
/// sel4.toml, those of the default configuration's kernel
///
/// `verified = "NAME"` in `[sel4]` of sel4.toml starts from one and refuses options that leave it.
/// `selfe config` says whether a configuration is one of them. Such a kernel is not a debug build
/// and prints nothing.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Verified {
    /// Only those for this platform
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    locked: Locked,
}

impl Verified {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let document = context::find()?.unwrap_or_else(Document::embedded);
        let wanted = self
            .platform
            .map(|name| document.platform(&Platform(name)))
            .transpose()?;
        let cache = Cache::open()?;
        let kernel = document.full().sel4.sources.kernel.below(document.base_dir());
        let progress = Terminal::new(false);
        let wanted_source = [Wanted::vital(&kernel)];
        let pins = lock::pin(&cache, &document, &wanted_source, self.locked.rule()?, &progress)?;
        let kernel = source::resolve_pinned(&cache, Tree::Kernel, &kernel, &pins, &progress)?;
        drop(progress);
        let all = verified_config::list(&kernel.dir).map_err(KernelError::from)?;
        println!("seL4 {} in {}", recognise(&kernel.dir).version, kernel.dir.display());
        if all.is_empty() {
            println!(
                "\nThis kernel has no verified configurations: its tree has no files configs/NAME_verified.cmake."
            );
            return Ok(ExitCode::SUCCESS);
        }
        let rows: Vec<[String; 6]> = all
            .iter()
            .filter(|config| wanted.is_none_or(|platform| runs(&document, platform, config)))
            .map(|config| row(&document, config))
            .collect();
        match wanted {
            Some(platform) if rows.is_empty() => none_for(&document, platform, &all),
            _ => print_all(rows),
        }
        println!("\n`verified = \"NAME\"` in [sel4] of sel4.toml builds one of them.");
        if kernel.dir.join("CAVEATS.md").is_file() {
            println!("How far the proofs of each have come, and what they assume, is in the kernel's CAVEATS.md.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether a configuration is for a platform.
fn runs(document: &Document, platform: &PlatformData, config: &VerifiedConfig) -> bool {
    platform
        .sel4_arch
        .keys()
        .any(|sel4_arch| board(document, platform, *sel4_arch).takes(&config.board()))
}

/// The kernel's name for a platform's board, from selfe's data and from sel4.toml's options for all
/// builds.
fn board(document: &Document, platform: &PlatformData, sel4_arch: SeL4Arch) -> Board {
    let full = document.full();
    let config = &full.sel4.config;
    let arch = platform.sel4_arch.get(&sel4_arch);
    let mut all = vec![&platform.options];
    all.extend(arch.map(|arch| &arch.options));
    if full.build.contains_key(&platform.name) {
        all.push(&config.shared);
        let names = [sel4_arch.arch().as_str(), sel4_arch.as_str(), &platform.name];
        all.extend(names.iter().filter_map(|name| config.contextual.get(*name)));
    }
    Board::of(|name| {
        all.iter()
            .rev()
            .find_map(|options| options.get(name))
            .map(ToString::to_string)
    })
}

fn row(document: &Document, config: &VerifiedConfig) -> [String; 6] {
    let board = config.board();
    let platforms: Vec<&PlatformData> = document
        .platforms()
        .filter(|platform| runs(document, platform, config))
        .collect();
    let is_set_up = |platform: &&PlatformData| document.full().build.contains_key(&platform.name);
    let names: Vec<&str> = platforms.iter().map(|platform| platform.name.as_str()).collect();
    let mark = if platforms.iter().any(is_set_up) { "*" } else { "" };
    [
        mark.to_owned(),
        config.name.clone(),
        board.sel4_arch.clone().unwrap_or_default(),
        if config.is_mcs() { "MCS" } else { "" }.to_owned(),
        board.words(),
        names.join(", "),
    ]
}

fn print_all(rows: Vec<[String; 6]>) {
    let head = ["", "name", "sel4_arch", "MCS", "kernel's platform", "selfe's platform"].map(str::to_owned);
    let rows: Vec<[String; 6]> = [head].into_iter().chain(rows).collect();
    println!();
    table::print(&rows);
    if rows.iter().any(|row| row[0] == "*") {
        println!("\n* for a platform that is set up here");
    }
}

fn none_for(document: &Document, platform: &PlatformData, all: &[VerifiedConfig]) {
    println!(
        "\nNone of its verified configurations is for platform {}.",
        platform.name
    );
    for sel4_arch in platform.sel4_arch.keys() {
        let of_arch = all
            .iter()
            .filter(|config| config.board().sel4_arch.as_deref() == Some(sel4_arch.as_str()));
        let names: Vec<String> = of_arch
            .map(|config| {
                let fits = document.platforms().find(|platform| runs(document, platform, config));
                match fits {
                    Some(platform) => format!("{} (platform {})", config.name, platform.name),
                    None => config.name.clone(),
                }
            })
            .collect();
        match &names[..] {
            [] => println!("There is none for {sel4_arch}."),
            names => println!("Those for {sel4_arch}: {}.", names.join(", ")),
        }
    }
}
