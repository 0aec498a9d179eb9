//! The debug console as the backend of the crate `log`: feature `log`.
//!
//! `selfe-start` installs it before `main`; a program that something else starts calls [`install`].
//! The level is that of the variable `SELFE_LOG` when `selfe run` or `cargo run` was started, or
//! else `info`. On a terminal the levels have colours.

/// Makes the debug console the backend of `log`. Does nothing without the feature, or if the
/// program has another backend.
#[inline]
pub fn install() {
    #[cfg(feature = "log")]
    backend::install();
}

#[cfg(feature = "log")]
mod backend {
    use crate::debug::DebugOutHandle;
    use core::fmt::{self, Write};
    use core::sync::atomic::{AtomicBool, Ordering};
    use log::{Level, LevelFilter, Log, Metadata, Record};

    /// The variables that the host passes.
    const LEVEL: &str = "SELFE_LOG";
    const COLOURS: &str = "SELFE_LOG_COLOURS";

    struct Console {
        has_colours: AtomicBool,
    }

    static CONSOLE: Console = Console {
        has_colours: AtomicBool::new(false),
    };

    pub fn install() {
        let level = crate::variable(LEVEL).and_then(|level| level.parse().ok());
        let has_colours = crate::variable(COLOURS).is_some();
        CONSOLE.has_colours.store(has_colours, Ordering::Relaxed);
        if log::set_logger(&CONSOLE).is_ok() {
            log::set_max_level(level.unwrap_or(LevelFilter::Info));
        }
    }

    impl Log for Console {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.level() <= log::max_level()
        }

        fn log(&self, record: &Record<'_>) {
            if self.enabled(record.metadata()) {
                // Writing to the console never fails.
                let _ = write(&mut DebugOutHandle, record, self.has_colours.load(Ordering::Relaxed));
            }
        }

        fn flush(&self) {}
    }

    fn write(to: &mut impl Write, record: &Record<'_>, has_colours: bool) -> fmt::Result {
        let (on, off) = match has_colours {
            true => (colour(record.level()), "\x1b[0m"),
            false => ("", ""),
        };
        writeln!(
            to,
            "{on}{:<5}{off} {}: {}",
            record.level(),
            record.target(),
            record.args()
        )
    }

    /// Those of env_logger: red, yellow, green, blue, cyan.
    fn colour(level: Level) -> &'static str {
        match level {
            Level::Error => "\x1b[31m",
            Level::Warn => "\x1b[33m",
            Level::Info => "\x1b[32m",
            Level::Debug => "\x1b[34m",
            Level::Trace => "\x1b[36m",
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_line_has_level_target_and_message() {
            let line = |has_colours| {
                let mut text = String::new();
                let record = Record::builder()
                    .level(Level::Warn)
                    .target("a::b")
                    .args(format_args!("{} left", 3))
                    .build();
                write(&mut text, &record, has_colours).unwrap();
                text
            };
            assert_eq!(line(false), "WARN  a::b: 3 left\n");
            assert_eq!(line(true), "\x1b[33mWARN \x1b[0m a::b: 3 left\n");
        }
    }
}
