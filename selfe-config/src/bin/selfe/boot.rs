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
    /// Let the run go on after a fault of a thread other than the root task's first one
    #[arg(long)]
    keep_going: bool,
    /// Show the tools' output, QEMU's command line and what the kernel prints while it boots
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
            keep_going: self.keep_going,
            shows_boot: self.verbose,
        })
    }

    /// A folder for an image that is for this boot only. From here on a signal leaves nothing
    /// behind.
    pub fn scratch() -> Result<Scratch, Failure> {
        interrupt::watch();
        Scratch::new().map_err(no_scratch)
    }

    /// Tells a person how to quit; a script does not need that.
    pub fn greet(&self) {
        if self.serial_override.is_none() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            eprintln!("booting in QEMU; Ctrl-C ends it");
        }
    }
}

/// The failure to make a temporary folder for the image.
pub fn no_scratch(error: std::io::Error) -> Failure {
    let message = format!(
        "can't make a temporary folder for the image in {}: {error}\nset TMPDIR to a folder with space",
        std::env::temp_dir().display()
    );
    Failure::new(ErrorKind::Run, message)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "expected more than 0 seconds".to_owned())
}

/// The level of a root task's messages, and the levels that there are.
const LOG: &str = "SELFE_LOG";
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
/// Set if the messages' levels have colours.
const COLOURS: &str = "SELFE_LOG_COLOURS";

/// The variables that a root task gets.
///
/// # Errors
/// SELFE_LOG names no level.
pub fn variables() -> Result<Vec<(String, String)>, Failure> {
    let mut variables = Vec::new();
    if let Some(level) = crate::context::variable(LOG) {
        if !LEVELS.contains(&level.to_lowercase().as_str()) {
            let message = format!("{LOG} is `{level}`; expected one of {}", LEVELS.join(", "));
            return Err(Failure::new(ErrorKind::Usage, message));
        }
        variables.push((LOG.to_owned(), level));
    }
    if anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never {
        variables.push((COLOURS.to_owned(), "1".to_owned()));
    }
    Ok(variables)
}

/// The words of the command line as text, which is what a root task's arguments are.
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
