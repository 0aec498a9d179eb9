//! The part of `selfe config` about verification: whether a configuration is a verified one.

use crate::context::Chosen;
use crate::exit::Failure;
use anstream::println;
use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::{KernelError, Manifest};
use selfe_config::options::declared::Declarations;
use selfe_config::options::verified_config::Difference;
use selfe_config::options::{KernelOptions, verified_config};
use selfe_config::progress::Silent;
use selfe_config::source::{self, Identity, Source, Tree};
use selfe_config::verified::{self, Nearest};

/// The kernel's source tree, if it is on this computer.
fn kernel(chosen: &Chosen, cache: &Cache) -> Option<Source> {
    let (kernel, pins) = (&chosen.config.sel4_sources.kernel, &chosen.config.pins);
    let is_here = source::is_at_hand(cache, kernel, pins);
    is_here.then(|| source::resolve_pinned(cache, Tree::Kernel, kernel, pins, &Silent).ok())?
}

/// Makes the options start from the verified configuration that sel4.toml names. Without the
/// kernel's source tree they are left alone.
pub fn start(chosen: &Chosen, options: &mut KernelOptions) -> Result<(), Failure> {
    if let (Some(_), Some(kernel)) = (&chosen.config.verified, kernel(chosen, &Cache::open()?)) {
        // A build reports a tree that can't be read.
        let declared = Declarations::read(&kernel.dir).unwrap_or_default();
        verified_config::start(options, &chosen.config, chosen.platform()?, &kernel.dir, &declared)
            .map_err(KernelError::from)?;
    }
    Ok(())
}

/// The origin of an option of the verified configuration.
pub fn origin(chosen: &Chosen) -> String {
    let name = chosen.config.verified.as_ref().map(|verified| verified.name.as_str());
    format!("verified configuration {}", name.unwrap_or_default())
}

/// Prints whether the kernel is in a verified configuration, and otherwise how it differs from the
/// nearest one. A kernel that was not built is configured for that.
pub fn report(chosen: &Chosen, built: Option<&Manifest>) -> Result<(), Failure> {
    let cache = Cache::open()?;
    let config = &chosen.config;
    if config.build_dir.is_some() {
        return Ok(());
    }
    if !source::is_at_hand(&cache, &config.sel4_sources.kernel, &config.pins) {
        println!("\nVerified: unknown until the kernel's sources are fetched (`selfe fetch`).");
        return Ok(());
    }
    let Some(kernel) = kernel(chosen, &cache) else {
        return Ok(());
    };
    let plan = match build::plan(&cache, config, chosen.platform()?, &Silent) {
        Ok(plan) => plan,
        Err(error @ KernelError::Verified(_)) => return Err(error.into()),
        // A build reports what is missing.
        Err(_) => return Ok(()),
    };
    let found = verified::nearest(&cache, &plan, config, built, &Silent);
    println!();
    match found {
        Ok(Some(nearest)) if nearest.is_it() => {
            is_one(&nearest, built.is_some());
            sources(&kernel);
        }
        Ok(Some(nearest)) => is_none(chosen, &nearest),
        Ok(None) => println!(
            "Verified: no. For {} this kernel has no configuration that its proofs are about.",
            config.context.sel4_arch
        ),
        Err(error) => println!("Verified: unknown until the kernel is built: {error}"),
    }
    Ok(())
}

fn is_one(nearest: &Nearest, is_built: bool) {
    let settled = if is_built { "settled on is" } else { "will settle on is" };
    println!(
        "Verified: what the kernel {settled} {}, one of the configurations that seL4's proofs are about.",
        nearest.verified.name
    );
    allowed(&nearest.comparison.allowed);
}

/// What the comparison does not cover.
fn sources(kernel: &Source) {
    let caveats = kernel.dir.join("CAVEATS.md");
    let assumed = "how far the proofs of this one have come, and what they assume";
    if caveats.is_file() {
        println!(
            "This compares options and the board; {assumed}, is in {}",
            caveats.display()
        );
    } else {
        println!("This compares options and the board; {assumed}, is in the documentation of the proofs (l4v).");
    }
    if let Identity::Content(_) = kernel.identity {
        println!("The kernel is a folder of yours: selfe does not know whether its code is that of a release.");
    }
}

fn is_none(chosen: &Chosen, nearest: &Nearest) {
    let (name, context) = (&nearest.verified.name, &chosen.config.context);
    let comparison = &nearest.comparison;
    if nearest.is_for_board {
        println!(
            "Verified: no. Of the configurations that seL4's proofs are about, {name} is the nearest. This one differs from it:"
        );
    } else {
        println!(
            "Verified: no. There is no verified configuration for platform {}. The nearest one for {} is {name}, for {}. Besides the board,",
            context.platform,
            context.sel4_arch,
            nearest.verified.board().words(),
        );
        println!("this one differs from it:");
    }
    for difference in &comparison.differences {
        println!("  {difference}");
    }
    if !comparison.consequences.is_empty() {
        let names: Vec<&str> = comparison.consequences.iter().map(|one| one.name.as_str()).collect();
        println!("  and in options that follow from these: {}", names.join(", "));
    }
    if nearest.is_for_board && comparison.hardware {
        println!("  in the device tree: the kernel sees other memory or devices");
    }
    if comparison.differences.is_empty() && comparison.consequences.is_empty() && !nearest.is_for_board {
        println!("  in nothing");
    }
    allowed(&comparison.allowed);
    if nearest.is_for_board && chosen.config.verified.is_none() {
        println!("`verified = \"{name}\"` in [sel4] of sel4.toml starts from it and refuses options that leave it.");
    } else if !nearest.is_for_board {
        println!("`selfe verified` lists all of them with their platforms.");
    }
}

/// Differences that don't count.
fn allowed(differences: &[Difference]) {
    if !differences.is_empty() {
        let all: Vec<String> = differences.iter().map(ToString::to_string).collect();
        println!(
            "Not counted, since the kernel's CAVEATS.md says that the proofs are robust against it: {}",
            all.join("; ")
        );
    }
}
