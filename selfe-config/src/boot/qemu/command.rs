//! QEMU's command line.

use super::error::QemuError;
use crate::image::Image;
use crate::kernel::Manifest;
use crate::platform::QemuMachine;
use std::path::Path;
use std::time::Duration;

/// The user's settings for a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The time limit.
    pub timeout: Option<Duration>,
    /// Arguments instead of the platform's `-serial` arguments.
    pub serial: Option<Vec<String>>,
    /// More arguments for QEMU, put last.
    pub extra: Vec<String>,
    /// Whether the run goes on after a fault of a thread other than the root task's first one.
    pub keep_going: bool,
    /// Whether the text of the boot is shown, even if the boot succeeds.
    pub shows_boot: bool,
}

impl Settings {
    /// The value of an option of QEMU, such as `-cpu`, in the user's own arguments.
    pub(crate) fn value_of(&self, option: &str) -> Option<&str> {
        let at = self.extra.iter().rposition(|argument| is_option(argument, option))?;
        self.extra.get(at + 1).map(String::as_str)
    }

    /// Whether the user's own arguments include an option of QEMU.
    pub(crate) fn has(&self, option: &str) -> bool {
        self.extra.iter().any(|argument| is_option(argument, option))
    }
}

/// QEMU accepts options with one dash or two.
fn is_option(argument: &str, option: &str) -> bool {
    argument
        .strip_prefix('-')
        .is_some_and(|rest| rest == option || rest.strip_prefix('-') == Some(option))
}

/// Everything that decides QEMU's command line.
#[derive(Debug, Clone, Copy)]
pub struct CommandLine<'a> {
    /// How QEMU simulates the platform.
    pub data: &'a QemuMachine,
    /// The kernel build.
    pub manifest: &'a Manifest,
    /// The image.
    pub image: &'a Image,
    /// The user's settings.
    pub settings: &'a Settings,
    /// The arguments that choose the CPU.
    pub cpu: &'a [String],
}

/// QEMU's arguments.
pub fn arguments(boot: &CommandLine<'_>) -> Vec<String> {
    let CommandLine {
        data,
        manifest,
        image,
        settings,
        cpu,
    } = boot;
    let mut arguments = Vec::new();
    let mut option = |name: &str, value: &str| arguments.extend([format!("-{name}"), value.to_owned()]);
    if let Some(machine) = &data.machine {
        option("machine", machine);
    }
    option("m", &data.memory);
    if let Some(nodes) = nodes(manifest) {
        option("smp", &nodes.to_string());
    }
    arguments.extend(cpu.iter().cloned());
    arguments.extend(data.arguments.iter().cloned());
    arguments.extend(settings.serial.as_ref().unwrap_or(&data.serial).iter().cloned());
    if let Some(firmware) = &image.firmware {
        arguments.extend(["-bios".to_owned(), path(firmware)]);
    }
    arguments.extend(["-kernel".to_owned(), path(&image.kernel)]);
    if let Some(root_task) = &image.root_task {
        // In the list of multiboot modules a comma ends a file name, and two stand for one comma.
        arguments.extend(["-initrd".to_owned(), path(root_task).replace(',', ",,")]);
    }
    arguments.extend(settings.extra.iter().cloned());
    arguments
}

/// How many CPUs the kernel was built for, if more than one.
pub(crate) fn nodes(manifest: &Manifest) -> Option<u32> {
    let nodes = manifest.gen_config.get("MAX_NUM_NODES")?.parse().ok()?;
    (nodes > 1).then_some(nodes)
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// Splits a command line into words, as a shell does.
///
/// # Errors
/// A quotation mark is not closed.
pub fn split_words(text: &str) -> Result<Vec<String>, QemuError> {
    shlex::split(text).ok_or_else(|| QemuError::Quotes(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_does() {
        let words = |text| split_words(text).unwrap();
        assert_eq!(
            words("-serial  null -serial mon:stdio"),
            ["-serial", "null", "-serial", "mon:stdio"]
        );
        assert_eq!(
            words(r#"-serial 'file:my log' "" a'b'c my\ log"#),
            ["-serial", "file:my log", "", "abc", "my log"]
        );
        assert!(words(" ").is_empty());
        assert!(split_words("-serial 'x").is_err());
    }

    #[test]
    fn the_user_s_own_options_are_seen() {
        let settings = Settings {
            extra: ["-cpu", "max", "--cpu", "host", "-enable-kvm"]
                .map(str::to_owned)
                .to_vec(),
            ..Settings::default()
        };
        assert_eq!(settings.value_of("cpu"), Some("host"));
        assert!(settings.has("enable-kvm") && !settings.has("accel"));
    }
}
