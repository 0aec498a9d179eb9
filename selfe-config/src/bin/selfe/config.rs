//! `selfe config`: the resolved configuration, and the origin of each value.

use crate::context::{self, Choice, Chosen};
use crate::exit::Failure;
use crate::proofs;
use crate::{settings, table};
use anstream::println;
use clap::Args;
use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::kernel::{self, KernelError, Plan};
use selfe_config::listing::{self, SettledOptions};
use selfe_config::model::place::Place;
use selfe_config::model::{Document, GitTarget, RepoSource};
use selfe_config::options::{compiler, options, platform_arch};
use selfe_config::progress::Silent;
use selfe_config::release::{Release, expected, recognise};
use selfe_config::source::{self, Tree};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Print the resolved configuration and where each value came from; without a sel4.toml, the
/// default configuration
///
/// Shows what the kernel settled on beside what was requested. A kernel that was neither built nor
/// configured before is configured, which takes a few seconds, once. Nothing is fetched or built.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Config {
    #[command(flatten)]
    choice: Choice,
}

impl Config {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut chosen = self
            .choice
            .resolve(context::find()?.unwrap_or_else(Document::embedded))?;
        chosen.pin_as_locked(self.choice.locked.rule()?)?;
        let platform = chosen.platform()?;
        let release = release(&chosen)?;
        let mut options = options(&chosen.config, platform, release)?;
        proofs::start(&chosen, &mut options)?;
        head(&chosen);
        match compiler(&chosen.config, platform_arch(&chosen.config, platform)?) {
            Ok(found) => {
                options.use_compiler(&found);
                field("compiler", &found.program());
            }
            Err(missing) => field("compiler", &format!("{} (missing)", missing.program)),
        }
        sources(&chosen, release);
        println!();
        let (plan, found) = settled(&chosen)?;
        if let Some(plan) = &plan {
            options = plan.options.clone();
        }
        settings::print(&chosen, &options, release, found.as_ref());
        metadata(&chosen);
        let built = plan
            .as_ref()
            .map(|plan| Ok::<_, Failure>(kernel::find(&Cache::open()?, &plan.key).ok()));
        let built = built.transpose()?.flatten();
        match (&built, &found) {
            (Some(build), _) => println!(
                "\nseL4 {} was built for this configuration in {}",
                build.manifest.kernel_version,
                build.manifest.build_dir.display()
            ),
            (None, Some(_)) => println!("\nThis kernel is configured but not built yet: `selfe build` builds it."),
            (None, None) => println!(
                "\nThis kernel is not configured yet, because its sources or a tool are missing: `selfe build` fetches and builds it, and shows what is missing."
            ),
        }
        proofs::report(&chosen, built.as_ref().map(|build| &build.manifest))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn field(name: &str, value: &str) {
    println!("{name:<10} {value}");
}

fn head(chosen: &Chosen) {
    let context = &chosen.config.context;
    field("file", &file(chosen));
    field("platform", &context.platform.0);
    field("sel4_arch", &format!("{} ({})", context.sel4_arch, context.arch));
    field("profile", if context.is_debug { "debug" } else { "release" });
    if let Some(root_task) = &chosen.config.build.root_task {
        let made = root_task
            .make_command
            .as_ref()
            .map(|command| format!(", made by `{command}`"));
        field(
            "root task",
            &format!("{}{}", root_task.image_path.display(), made.unwrap_or_default()),
        );
    }
    if let Some(dir) = &chosen.config.build.toolchain_dir {
        field("toolchain", &dir.display().to_string());
    }
}

fn file(chosen: &Chosen) -> String {
    chosen.document.path().map_or_else(
        || "the default configuration of selfe".to_owned(),
        |path| path.display().to_string(),
    )
}

fn sources(chosen: &Chosen, release: &Release) {
    if let Some(dir) = &chosen.config.build_dir {
        field(
            "build_dir",
            &format!("{} (used as it is; nothing is built)", dir.display()),
        );
    }
    let follows = chosen.config.follows_release;
    let sources = chosen.config.sel4_sources.for_release(follows, release);
    for (name, source, follows) in [
        ("kernel", &sources.kernel, false),
        ("tools", &sources.tools, follows.tools),
        ("util_libs", &sources.util_libs, follows.util_libs),
    ] {
        let text = match source {
            RepoSource::LocalPath(path) => path.display().to_string(),
            RepoSource::RemoteGit { url, target } => match target {
                GitTarget::Branch(branch) => format!("{url} branch {branch}"),
                GitTarget::Tag(tag) => format!("{url} tag {tag}"),
                GitTarget::Rev(rev) => format!("{url} rev {rev}"),
            },
        };
        let why = if follows {
            format!(", which fits seL4 {}", release.name)
        } else {
            String::new()
        };
        let commit = chosen.config.pins.commit(source);
        let at = commit
            .map(|commit| format!(" at {commit} (sel4.lock)"))
            .unwrap_or_default();
        field(name, &format!("{text}{at}{why}"));
    }
}

/// The kernel's release if its sources are here, or else the expected one.
fn release(chosen: &Chosen) -> Result<&'static Release, Failure> {
    let kernel = &chosen.config.sel4_sources.kernel;
    let cache = Cache::open()?;
    let pins = &chosen.config.pins;
    let here = source::is_at_hand(&cache, kernel, pins);
    let here = here.then(|| source::resolve_pinned(&cache, Tree::Kernel, kernel, pins, &Silent));
    Ok(match here {
        Some(Ok(found)) => recognise(&found.dir).release,
        _ => expected(kernel),
    })
}

/// One line per option: `NAME = value  # where it is from`.
fn print<'a>(rows: impl Iterator<Item = (&'a str, String, String)>) {
    let rows: Vec<_> = rows
        .map(|(name, value, from)| [format!("{name} = {value}"), format!("# {from}")])
        .collect();
    table::print(&rows);
}

fn metadata(chosen: &Chosen) {
    if chosen.config.metadata.is_empty() {
        return;
    }
    println!("\n[metadata]");
    let places: BTreeMap<String, Place> = chosen.document.origins("metadata", &chosen.config.context);
    let rows = chosen.config.metadata.iter().map(|(name, value)| {
        (
            name.as_str(),
            value.to_string(),
            settings::place(chosen, places.get(name)),
        )
    });
    print(rows);
}

/// The plan, and what the kernel settles on if its sources are here.
fn settled(chosen: &Chosen) -> Result<(Option<Plan>, Option<SettledOptions>), Failure> {
    let cache = Cache::open()?;
    if chosen.config.build_dir.is_some()
        || !source::is_at_hand(&cache, &chosen.config.sel4_sources.kernel, &chosen.config.pins)
    {
        return Ok((None, None));
    }
    match build::plan(&cache, &chosen.config, chosen.platform()?, &Silent) {
        Ok(plan) => {
            let found = listing::settled(&cache, &chosen.config, &plan, &Silent);
            Ok((Some(plan), found))
        }
        Err(error @ (KernelError::WrongValues(_) | KernelError::Ignored(_))) => Err(error.into()),
        // A build reports what is missing.
        Err(_) => Ok((None, None)),
    }
}
