//! `selfe simulate`: what `selfe build` does, and a boot of it.

use crate::boot::Boot;
use crate::build::build;
use crate::context::Choice;
use crate::exit::{self, Failure, Kind};
use crate::progress::Terminal;
use clap::Args;
use selfe_config::simulate::{self, Machine};
use std::process::ExitCode;

/// Build as `selfe build` does, then boot the image in QEMU; the root task's exit code is passed on
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Simulate {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    boot: Boot,
    /// More arguments for QEMU
    #[arg(last = true, value_name = "EXTRA QEMU ARGS")]
    extra: Vec<String>,
}

impl Simulate {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let settings = self.boot.settings(self.extra)?;
        let progress = Terminal::new(self.boot.verbose);
        let built = build(&self.choice, &progress)?;
        let Some(image) = &built.image else {
            return Err(Failure::new(
                Kind::Usage,
                "there is nothing to boot: sel4.toml names no `root_task_image` for this platform and profile",
            ));
        };
        let machine = Machine {
            platform: built.chosen.platform()?,
            manifest: &built.kernel.manifest,
        };
        self.boot.greet();
        exit::of_outcome(simulate::run(machine, image, &settings, &progress)?)
    }
}
