//! What the loader and the kernel print before the root task runs.
//!
//! It is held back: dozens of lines that say nothing if the boot succeeds. It is shown if the boot
//! fails or takes long.

use super::scan::BOOTED;
use std::io::{self, Write};
use std::time::Duration;

/// How long a boot may take before its text is shown as it comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// More than a boot prints.
const MOST: usize = 64 * 1024;

/// Writes a console's output without the text of the boot.
#[derive(Debug)]
pub struct BootText<W: Write> {
    to: W,
    /// The text so far; none once output is passed on.
    held: Option<Vec<u8>>,
}

impl<W: Write> BootText<W> {
    /// Passes everything on if `shows_boot` is set.
    pub fn new(to: W, shows_boot: bool) -> Self {
        BootText {
            to,
            held: (!shows_boot).then(Vec::new),
        }
    }

    /// Writes output; returns whether the boot has succeeded with it.
    ///
    /// # Errors
    /// Nobody reads it.
    pub fn write(&mut self, output: &[u8]) -> io::Result<bool> {
        let Some(held) = &mut self.held else {
            self.to.write_all(output).and_then(|()| self.to.flush())?;
            return Ok(false);
        };
        held.extend(output);
        let Some(end) = end_of_boot(held) else {
            if held.len() > MOST {
                self.release()?;
            }
            return Ok(false);
        };
        let rest = held.split_off(end);
        self.held = None;
        self.to.write_all(&rest).and_then(|()| self.to.flush())?;
        Ok(true)
    }

    /// Writes what is held, and from now on everything.
    ///
    /// # Errors
    /// Nobody reads it.
    pub fn release(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(held) => self.to.write_all(&held).and_then(|()| self.to.flush()),
            None => Ok(()),
        }
    }
}

/// Where the root task's output begins: after the kernel's last line.
fn end_of_boot(text: &[u8]) -> Option<usize> {
    let booted = BOOTED.as_bytes();
    let at = text.windows(booted.len()).position(|window| window == booted)? + booted.len();
    let newline = text[at..].iter().position(|&byte| byte == b'\n')?;
    Some(at + newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOT: &str = "ELF-loader started\r\nBooting all finished, dropped to user space\r\nhello";

    #[test]
    fn the_boot_s_text_is_dropped_however_it_is_cut() {
        for cut in 0..BOOT.len() {
            let mut shown = Vec::new();
            let mut text = BootText::new(&mut shown, false);
            let (one, two) = BOOT.as_bytes().split_at(cut);
            let booted = [text.write(one).unwrap(), text.write(two).unwrap()];
            assert_eq!(booted.iter().filter(|booted| **booted).count(), 1, "cut at {cut}");
            text.release().unwrap();
            assert_eq!(shown, b"hello", "cut at {cut}");
        }
    }

    #[test]
    fn a_boot_that_does_not_end_is_shown() {
        let mut shown = Vec::new();
        let mut text = BootText::new(&mut shown, false);
        assert!(!text.write(b"Bootstrapping kernel\n").unwrap());
        text.release().unwrap();
        text.write(b"more").unwrap();
        assert_eq!(shown, b"Bootstrapping kernel\nmore");
        let mut shown = Vec::new();
        BootText::new(&mut shown, false).write(&vec![b'x'; MOST + 1]).unwrap();
        assert_eq!(shown.len(), MOST + 1);
    }

    #[test]
    fn everything_is_shown_if_that_is_asked_for() {
        let mut shown = Vec::new();
        assert!(!BootText::new(&mut shown, true).write(BOOT.as_bytes()).unwrap());
        assert_eq!(shown, BOOT.as_bytes());
    }
}
