//! Booting in QEMU: its command line, a CPU on which the kernel boots, and the running program.

mod command;
mod conflict;
mod cpu;
mod debug;
mod error;
mod module;
mod process;

pub use command::{CommandLine, Settings, arguments, split_words};
pub use debug::{Debugger, GdbServer, debug_arguments};
pub use error::{QemuError, Unmet};

use super::console::{self, Event};
use super::explain::Explainer;
use super::outcome::{ConsoleError, Outcome};
use super::scan::Scanner;
use super::watch::Running;
use super::{terminal, watch};
use crate::image::{Guest, Image};
use crate::kernel::Manifest;
use crate::platform::{ImageKind, PlatformData, QemuMachine};
use crate::progress::Progress;
use crate::tools;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

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
    explainer: &Explainer,
    progress: &dyn Progress,
) -> Result<Outcome, QemuError> {
    if is_silent(&machine.manifest.gen_config) {
        progress.warn(
            "KernelPrinting is off in this kernel: nothing is shown, and selfe can't see when the root task ends; --timeout ends the run",
        );
    }
    let prepared = prepare(machine, image, settings, progress)?;
    let _restored = terminal::Saved::now();
    let scanner = prepared.scanner(&image.guest);
    let start = || prepared.start();
    let kernel = format!(
        "seL4 {} booted on {}",
        machine.manifest.kernel_version, machine.platform.name
    );
    let view = watch::View {
        keep_going: settings.keep_going,
        explainer,
        // A silent kernel does not say that it has booted.
        shows_boot: settings.shows_boot || prepared.is_silent,
        kernel: &kernel,
    };
    Ok(watch::run(
        start,
        &prepared.name(),
        settings.timeout,
        view,
        scanner,
        progress,
    )?)
}

/// Everything that QEMU is started with.
pub(crate) struct Prepared {
    qemu: PathBuf,
    arguments: Vec<String>,
    has_loader: bool,
    is_silent: bool,
    /// The other names of the image's files last as long.
    _named: module::NamedImage,
}

/// Finds QEMU and a CPU on which the kernel boots, and checks that the machine suits the kernel.
pub(crate) fn prepare(
    machine: Machine<'_>,
    image: &Image,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Prepared, QemuError> {
    let data = &machine.simulate()?;
    let has_loader = machine.platform.image == ImageKind::Elfloader;
    if has_loader {
        conflict::check(data, machine.manifest, settings)?;
    }
    conflict::check_memory(data, &image.guest, settings)?;
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
    Ok(Prepared {
        qemu,
        arguments,
        has_loader,
        is_silent: is_silent(&machine.manifest.gen_config),
        _named: named,
    })
}

impl Prepared {
    /// QEMU's name in messages.
    fn name(&self) -> String {
        self.qemu.display().to_string()
    }

    /// Starts QEMU.
    fn start(&self) -> std::io::Result<process::Process> {
        process::Process::start(&self.qemu, &self.arguments)
    }

    /// Starts QEMU without the terminal's keys and signals; its console becomes events.
    pub(crate) fn start_in_background(
        &self,
        guest: &Guest,
        events: Sender<Event>,
    ) -> Result<process::Process, QemuError> {
        let failed = |source| {
            QemuError::from(ConsoleError {
                action: "start",
                machine: self.name(),
                source,
            })
        };
        let mut machine = process::Process::start_in_background(&self.qemu, &self.arguments).map_err(failed)?;
        let console = machine.console().map_err(failed)?;
        // It ends by itself when the machine does.
        drop(machine.messages());
        let scanner = self.scanner(guest);
        std::thread::spawn(move || console::to_events(console, scanner, &events));
        Ok(machine)
    }

    /// Reads the console of the root task.
    fn scanner(&self, guest: &Guest) -> Scanner {
        if self.is_silent {
            Scanner::of_silent_kernel(guest, self.has_loader)
        } else {
            Scanner::new(guest)
        }
    }
}

/// Whether a kernel prints nothing. The generated configuration of some releases omits options that
/// are off.
pub(crate) fn is_silent(gen_config: &BTreeMap<String, String>) -> bool {
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
