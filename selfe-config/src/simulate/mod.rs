//! Booting an image in QEMU: its command line, a CPU on which the kernel boots, the console, and how it ended.

mod command;
mod conflict;
mod console;
mod cpu;
mod ends;
mod error;
mod fault;
pub mod interrupt;
mod last_words;
mod module;
mod qemu;
mod scan;
mod scratch;
mod sequence;
mod terminal;

pub use command::{Boot, Settings, arguments, split_words};
pub use error::{SimulateError, Unmet};
pub use fault::Fault;
pub use last_words::End;
pub use scan::{Found, Scanner};
pub use scratch::Scratch;

use crate::image::Image;
use crate::kernel::Manifest;
use crate::platform::{ImageKind, PlatformData, Simulate};
use crate::progress::Progress;
use crate::tools;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The root task ended the run with this code.
    Exited(i32),
    /// The kernel, or the root task's first thread, came to an end of its own.
    Ended(End),
    /// A signal of this number ended it.
    Interrupted(i32),
    /// It ran for as long as it was allowed to.
    TimedOut,
    /// QEMU ended although the root task had not: the machine was reset, or the user quit QEMU.
    Stopped,
    /// QEMU itself failed; its exit status.
    QemuFailed(String),
}

/// What is needed to simulate a platform: its data and the kernel.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// The platform.
    pub platform: &'a PlatformData,
    /// The kernel build.
    pub manifest: &'a Manifest,
}

impl Machine<'_> {
    /// How QEMU simulates the platform, with the kernel's options in their places.
    ///
    /// # Errors
    /// It does not, or an option that its data names was not given.
    pub fn simulate(&self) -> Result<Simulate, SimulateError> {
        let arch = self
            .platform
            .sel4_arch
            .iter()
            .find(|(arch, _)| arch.word() == self.manifest.sel4_arch);
        let data = arch
            .and_then(|(_, arch)| arch.simulate.as_ref())
            .ok_or_else(|| SimulateError::NoMachine {
                platform: self.platform.name.clone(),
                sel4_arch: self.manifest.sel4_arch.clone(),
            })?;
        data.with_options(&self.manifest.asked)
            .map_err(|option| SimulateError::NoOption {
                platform: self.platform.name.clone(),
                option,
            })
    }
}

/// Boots an image and passes its console through until it ends.
///
/// # Errors
/// QEMU is missing, has no such machine or can't be started, or no CPU it has suits the kernel.
pub fn run(
    machine: Machine<'_>,
    image: &Image,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Outcome, SimulateError> {
    let data = &machine.simulate()?;
    let has_loader = machine.platform.image == ImageKind::Elfloader;
    if has_loader {
        conflict::check(data, machine.manifest, settings)?;
    }
    conflict::check_memory(data, &image.guest, settings)?;
    let is_silent = is_silent(&machine.manifest.gen_config);
    if is_silent {
        progress.warn(
            "this kernel has KernelPrinting off: it shows nothing, and nothing tells when the root task has ended; --timeout ends the run",
        );
    }
    let qemu: PathBuf = tools::find(&data.qemu)?;
    let cpu = cpu::choose(&qemu, data, machine.manifest, settings, progress)?;
    let named = module::name(image)?;
    let arguments = arguments(&Boot {
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
    qemu::run(&qemu, &arguments, settings.timeout, scanner, progress)
}

/// Whether a kernel prints nothing. The generated configuration of some releases leaves out what is off.
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
