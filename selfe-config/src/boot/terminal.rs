//! The terminal's settings, which QEMU changes and can't restore if it is killed.

#[cfg(unix)]
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// The terminal's settings; they are restored when this value is dropped.
pub struct Saved {
    #[cfg(unix)]
    settings: Option<Termios>,
}

impl Saved {
    /// Saves the settings of the terminal on standard input, if it is one.
    pub(crate) fn now() -> Self {
        Saved {
            #[cfg(unix)]
            settings: tcgetattr(std::io::stdin()).ok(),
        }
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(settings) = &self.settings {
            // A terminal that is gone needs no restoring.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Drain, settings);
        }
    }
}
