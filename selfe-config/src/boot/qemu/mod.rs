//! Booting in QEMU: its command line, a CPU on which the kernel boots, and the running program.

mod command;
mod conflict;
mod cpu;
mod error;
mod module;
mod process;

pub use command::{CommandLine, Settings, arguments, split_words};
pub use error::{QemuError, Unmet};

use super::outcome::Outcome;
use super::scan::Scanner;
use super::{terminal, watch};
use crate::image::Image;
use crate::kernel::Manifest;
use crate::platform::{ImageKind, PlatformData, QemuMachine};
use crate::progress::Progress;
use crate::tools;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is needed to simulate a platform: its data and the kernel.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// The platform.
    pub platform: &'a PlatformData,
    /// The kernel build.
    pub manifest: &'a Manifest,
}

impl Machine<'_> {
    /// How QEMU simulates the platform, with the kernel's options filled in.
    ///
    /// # Errors
    /// QEMU does not simulate it, or an option that the platform's data names has no value.
    pub fn simulate(&self) -> Result<QemuMachine, QemuError> {
        let arch = self.platform.sel4_arch.get(&self.manifest.sel4_arch);
        let data = arch
            .and_then(|arch| arch.simulate.as_ref())
            .ok_or_else(|| QemuError::NoMachine {
                platform: self.platform.name.clone(),
                sel4_arch: self.manifest.sel4_arch,
            })?;
        data.with_options(&self.manifest.asked)
            .map_err(|option| QemuError::NoOption {
                platform: self.platform.name.clone(),
                option,
            })
    }
}

/// Boots an image and passes its console through until it ends.
///
/// # Errors
/// QEMU is missing, has no such machine or can't be started, or has no CPU that suits the kernel.
pub fn run(
    machine: Machine<'_>,
    image: &Image,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Outcome, QemuError> {
    let data = &machine.simulate()?;
    let has_loader = machine.platform.image == ImageKind::Elfloader;
    if has_loader {
        conflict::check(data, machine.manifest, settings)?;
    }
    conflict::check_memory(data, &image.guest, settings)?;
    let is_silent = is_silent(&machine.manifest.gen_config);
    if is_silent {
        progress.warn(
            "KernelPrinting is off in this kernel: nothing is shown, and selfe can't see when the root task ends; --timeout ends the run",
        );
    }
    let qemu: PathBuf = tools::find(&data.qemu)?;
    let cpu = cpu::choose(&qemu, data, machine.manifest, settings, progress)?;
    let named = module::name(image)?;
    let arguments = arguments(&CommandLine {
        data,
        manifest: machine.manifest,
        image: &named.image,
        settings,
        cpu: &cpu,
    });
    progress.detail(&format!("{} {}", qemu.display(), arguments.join(" ")));
    let _restored = terminal::Saved::now();
    let scanner = if is_silent {
        Scanner::of_silent_kernel(&image.guest, has_loader)
    } else {
        Scanner::new(&image.guest)
    };
    let start = || process::Process::start(&qemu, &arguments);
    let name = qemu.display().to_string();
    Ok(watch::run(start, &name, settings.timeout, scanner, progress)?)
}

/// Whether a kernel prints nothing. The generated configuration of some releases omits options that
/// are off.
fn is_silent(gen_config: &BTreeMap<String, String>) -> bool {
    let printing = gen_config.get("PRINTING").map(String::as_str);
    !matches!(printing, Some("true" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_without_printing_is_silent_in_either_form_of_its_configuration() {
        let of = |value: Option<&str>| {
            let value = value.map(|value| ("PRINTING".to_owned(), value.to_owned()));
            is_silent(&value.into_iter().collect())
        };
        assert!(of(Some("false")) && of(None));
        assert!(!of(Some("true")) && !of(Some("1")));
    }
}
