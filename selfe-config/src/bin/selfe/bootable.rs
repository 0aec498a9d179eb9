//! A root task with the kernel and the platform that it boots on, for `run`, `simulate` and
//! `debug`.

use crate::boot::{self, BootFlags};
use crate::exit::{self, Failure};
use selfe_config::boot::explain::Explainer;
use selfe_config::boot::qemu::{self, Machine, Settings};
use selfe_config::cache::Cache;
use selfe_config::image::{self, Arguments, Image, Program, Purpose};
use selfe_config::kernel::Manifest;
use selfe_config::platform::PlatformData;
use selfe_config::progress::Progress;
use std::path::Path;
use std::process::ExitCode;

/// A root task, and what it boots on.
pub struct Bootable {
    pub cache: Cache,
    /// The root task, which it explains.
    pub explainer: Explainer,
    pub manifest: Manifest,
    pub platform: PlatformData,
}

impl Bootable {
    pub fn new(cache: Cache, program: Program, manifest: Manifest, platform: PlatformData) -> Self {
        Bootable {
            explainer: Explainer::new(program, manifest.sel4_arch),
            cache,
            manifest,
            platform,
        }
    }

    /// Packs an image for one boot.
    ///
    /// # Errors
    /// It can't be packed, or SELFE_LOG names no level.
    pub fn image(&self, folder: &Path, words: Vec<String>, progress: &dyn Progress) -> Result<Image, Failure> {
        let arguments = Arguments {
            words,
            variables: boot::variables()?,
        };
        let purpose = Purpose::OneBoot(&arguments);
        let elf = &self.explainer.program().path;
        let image = image::make(
            &self.cache,
            &self.manifest,
            &self.platform,
            elf,
            folder,
            purpose,
            progress,
        )?;
        Ok(image)
    }

    pub fn machine(&self) -> Machine<'_> {
        Machine {
            platform: &self.platform,
            manifest: &self.manifest,
        }
    }

    /// Boots it in QEMU, and passes on its exit code.
    ///
    /// # Errors
    /// It can't be booted, or the run fails.
    pub fn boot(
        &self,
        flags: &BootFlags,
        words: Vec<String>,
        settings: &Settings,
        progress: &dyn Progress,
    ) -> Result<ExitCode, Failure> {
        let folder = BootFlags::scratch()?;
        let image = self.image(folder.path(), words, progress)?;
        flags.greet();
        let outcome = qemu::run(self.machine(), &image, settings, &self.explainer, progress)?;
        exit::of_outcome(outcome, &self.explainer)
    }
}
