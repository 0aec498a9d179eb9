//! Progress for the user: a bar on a terminal, or else plain lines. It goes to standard error, so
//! that standard output has only results.

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use selfe_config::progress::Progress;
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The colour of `warning:`, as cargo has it.
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Reports on standard error.
pub struct Terminal {
    is_terminal: bool,
    verbose: bool,
    current: Mutex<Option<Step>>,
}

struct Step {
    name: String,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Terminal {
    pub fn new(verbose: bool) -> Self {
        Terminal {
            is_terminal: std::io::stderr().is_terminal(),
            verbose,
            current: Mutex::new(None),
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Step>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints a line without breaking the bar.
    fn line(&self, line: &str) {
        match self.current().as_ref().and_then(|step| step.bar.as_ref()) {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are fixed; the default style would do as well.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Progress for Terminal {
    fn begin(&self, step: &str) {
        let bar = self.is_terminal.then(|| {
            let bar = ProgressBar::new_spinner().with_style(style("{spinner} {msg} [{elapsed}]"));
            bar.set_message(step.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("{step}");
        }
        let step = Step {
            name: step.to_owned(),
            began: Instant::now(),
            bar,
        };
        if let Some(Step { bar: Some(bar), .. }) = self.current().replace(step) {
            bar.finish_and_clear();
        }
    }

    fn advance(&self, done: u64, total: u64) {
        let current = self.current();
        let Some(bar) = current.as_ref().and_then(|step| step.bar.as_ref()) else {
            return;
        };
        if bar.length() != Some(total) {
            bar.set_style(style("{spinner} {msg} {bar:24} {pos}/{len} [{elapsed}]"));
            bar.set_length(total);
        }
        bar.set_position(done);
    }

    fn end(&self) {
        let Some(step) = self.current().take() else { return };
        if let Some(bar) = step.bar {
            bar.finish_and_clear();
            eprintln!("{} ({:.1} s)", step.name, step.began.elapsed().as_secs_f32());
        }
    }

    fn detail(&self, line: &str) {
        if self.verbose {
            self.line(line);
        }
    }

    fn note(&self, line: &str) {
        self.line(line);
    }

    fn warn(&self, message: &str) {
        self.line(&format!("{WARNING}warning:{WARNING:#} {message}"));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A step that failed leaves its bar behind.
        if let Some(Step {
            name, bar: Some(bar), ..
        }) = self.current().take()
        {
            bar.finish_and_clear();
            eprintln!("{name}");
        }
    }
}
