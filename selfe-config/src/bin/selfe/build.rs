//! `selfe build`: the kernel, the root task, and an image of both.

use crate::context::{self, Choice, Chosen};
use crate::exit::Failure;
use crate::progress::Terminal;
use crate::root_task;
use anstream::{eprintln, println};
use clap::Args;
use selfe_config::cache::Cache;
use selfe_config::image::{self, Image, Purpose};
use selfe_config::kernel::KernelBuild;
use selfe_config::progress::Progress;
use std::path::PathBuf;
use std::process::ExitCode;

/// Build the kernel, the root task and the bootable image; print the paths of the build directory
/// and the images, one per line
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Build {
    #[command(flatten)]
    choice: Choice,
    /// Show the tools' output
    #[arg(short, long)]
    verbose: bool,
}

/// The results of a build.
pub struct Built {
    pub chosen: Chosen,
    pub kernel: KernelBuild,
    /// The root task and the image; none if sel4.toml names no root task.
    pub image: Option<(PathBuf, Image)>,
}

impl Build {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let progress = Terminal::new(self.verbose);
        let built = build(&self.choice, &progress)?;
        drop(progress);
        // Standard output is for paths, one per line.
        if let Some(sha256) = &built.kernel.manifest.kernel_sha256 {
            eprintln!("kernel.elf has SHA-256 {sha256}");
        }
        println!("{}", built.kernel.manifest.build_dir.display());
        match &built.image {
            Some((_, image)) => {
                println!("{}", image.kernel.display());
                image.root_task.iter().for_each(|path| println!("{}", path.display()));
            }
            None => built
                .kernel
                .manifest
                .kernel_elf
                .iter()
                .for_each(|path| println!("{}", path.display())),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Builds what sel4.toml describes.
pub fn build(choice: &Choice, progress: &Terminal) -> Result<Built, Failure> {
    let mut chosen = choice.resolve(context::require()?)?;
    let rule = choice.locked.rule()?;
    let cache = Cache::open()?;
    chosen.pin(&cache, rule, progress)?;
    let platform = chosen.platform()?;
    let kernel = selfe_config::build::build(&cache, &chosen.config, platform, progress)?;
    let image = match &chosen.config.build.root_task {
        None => {
            let context = &chosen.config.context;
            let profile = if context.is_debug { "debug" } else { "release" };
            progress.warn(&format!(
                "sel4.toml names no root task: there is no [build.{}.{profile}] with `root_task_image`; only the kernel was built",
                context.platform
            ));
            None
        }
        Some(root_task) => {
            let path = root_task::make(&chosen, root_task, rule, progress)?;
            let image = image::make(
                &cache,
                &kernel.manifest,
                platform,
                &path,
                &chosen.out_dir(),
                Purpose::Keep,
                progress,
            )?;
            Some((path, image))
        }
    };
    Ok(Built { chosen, kernel, image })
}
