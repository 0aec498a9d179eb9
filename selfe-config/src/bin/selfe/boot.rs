//! The flags of a boot, for `simulate` and `run`.

use crate::exit::Failure;
use anstream::eprintln;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::boot::qemu::{Settings, split_words};
use selfe_config::boot::{Scratch, interrupt};
use std::io::IsTerminal;
use std::time::Duration;

/// The flags of a boot.
#[derive(Args)]
pub struct BootFlags {
    /// End the run after this many seconds, with exit code 124
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Arguments for QEMU instead of the platform's -serial arguments
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    serial_override: Option<String>,
    /// Show the tools' output and QEMU's command line
    #[arg(short, long)]
    pub verbose: bool,
}

impl BootFlags {
    /// The user's settings, with additional arguments for QEMU.
    pub fn settings(&self, extra: Vec<String>) -> Result<Settings, Failure> {
        Ok(Settings {
            timeout: self.timeout,
            serial: self.serial_override.as_deref().map(split_words).transpose()?,
            extra,
        })
    }

    /// A folder for an image that is for this boot only. From here on a signal leaves nothing
    /// behind.
    pub fn scratch() -> Result<Scratch, Failure> {
        interrupt::watch();
        Scratch::new().map_err(|error| {
            let message = format!(
                "can't make a temporary folder for the image in {}: {error}\nset TMPDIR to a folder with space",
                std::env::temp_dir().display()
            );
            Failure::new(ErrorKind::Run, message)
        })
    }

    /// Tells a person how to quit; a script does not need that.
    pub fn greet(&self) {
        if self.serial_override.is_none() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            eprintln!("booting in QEMU; Ctrl-C ends it");
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "expected more than 0 seconds".to_owned())
}

/// The words of the command line as text; QEMU's options are always text.
pub fn text(words: Vec<std::ffi::OsString>) -> Result<Vec<String>, Failure> {
    let text = words
        .into_iter()
        .map(std::ffi::OsString::into_string)
        .collect::<Result<_, _>>();
    text.map_err(|word| {
        Failure::new(
            ErrorKind::Usage,
            format!("the argument {} is not UTF-8", word.display()),
        )
    })
}
