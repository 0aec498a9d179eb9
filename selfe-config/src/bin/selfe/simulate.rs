//! `selfe simulate`: builds as `selfe build` does, and boots the image.

use crate::boot::{self, BootFlags};
use crate::build::build;
use crate::context::Choice;
use crate::exit::{self, Failure};
use crate::progress::Terminal;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::boot::explain::Explainer;
use selfe_config::boot::qemu::{self, Machine};
use selfe_config::cache::Cache;
use selfe_config::image::{self, Arguments, Program, Purpose};
use selfe_config::symbols::Symbols;
use std::process::ExitCode;

/// Build as `selfe build` does, then boot the image in QEMU and pass on the root task's exit code
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Simulate {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    boot: BootFlags,
    /// More arguments for QEMU
    #[arg(last = true, value_name = "EXTRA QEMU ARGS")]
    extra: Vec<String>,
}

impl Simulate {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let settings = self.boot.settings(self.extra)?;
        let progress = Terminal::new(self.boot.verbose);
        let built = build(&self.choice, &progress)?;
        let Some((root_task, _)) = &built.image else {
            return Err(Failure::new(
                ErrorKind::Usage,
                "there is nothing to boot: sel4.toml names no `root_task_image` for this platform and profile",
            ));
        };
        let platform = built.chosen.platform()?;
        let manifest = &built.kernel.manifest;
        // Another run of the same project may replace the image in its build folder.
        let folder = BootFlags::scratch()?;
        let arguments = Arguments {
            words: Vec::new(),
            variables: boot::variables()?,
        };
        let image = image::make(
            &Cache::open()?,
            manifest,
            platform,
            root_task,
            folder.path(),
            Purpose::OneBoot(&arguments),
            &progress,
        )?;
        let machine = Machine { platform, manifest };
        let explainer = Explainer {
            symbols: Symbols::of(&Program::read(root_task)?),
            sel4_arch: manifest.sel4_arch,
        };
        self.boot.greet();
        let outcome = qemu::run(machine, &image, &settings, &explainer, &progress)?;
        exit::of_outcome(outcome, &explainer)
    }
}
