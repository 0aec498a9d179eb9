//! `selfe simulate`: builds as `selfe build` does, and boots the image.

use crate::boot::BootFlags;
use crate::bootable::Bootable;
use crate::build::build;
use crate::context::Choice;
use crate::exit::Failure;
use crate::progress::Terminal;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::cache::Cache;
use selfe_config::image::Program;
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
        let platform = built.chosen.platform()?.clone();
        let program = Program::read(root_task)?;
        // Another run of the same project may replace the image in its build folder, so this run
        // has its own.
        let bootable = Bootable::new(Cache::open()?, program, built.kernel.manifest, platform);
        bootable.boot(&self.boot, Vec::new(), &settings, &progress)
    }
}
