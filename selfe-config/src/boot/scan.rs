//! What the console says about the run itself.
//!
//! The console is shared with the program, so what the program prints must not decide the run. What
//! it says of its own end is believed where it knows the boot's nonce. What the kernel says is
//! believed in the kernel's form alone: whole accounts, the last word after a reason. And where the
//! console goes on after the last word, it was not the kernel's.

use super::fault::{Fault, Finding, Reader};
use super::last_words::{End, Lines};
use super::sequence::{Announcement, Filter};
use crate::image::Guest;

/// Of a line so many of its last bytes are remembered.
const LINE: usize = 1024;
/// What the kernel prints when it stops for good; no end of the line follows.
const HALTING: &[u8] = b"halting...";
/// What debug kernels may print after it.
const AFTER_HALT: &[&[u8]] = &[b"Kernel entry via ", b"Cap type: "];
/// From here on the root task may have printed what comes.
const BOOTED: &str = "Booting all finished, dropped to user space";
/// What the elfloader prints when it gives up.
const LOADER_ENDS: &[&str] = &["abort() called.", "HALT due to call to abort()"];
/// How the elfloader's last line ends.
const LOADER_LEAVES: &str = " entry point...";

/// What was found on the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The root task ends the run with this code.
    Exit(i32),
    /// The run seems to have ended.
    End(End),
    /// It has not: the last [`Found::End`] is void.
    GoesOn,
    /// Nobody handles a fault of a thread that is not the root task's first.
    OtherThread(Fault),
    /// Something printed the sequence of an exit with this code, and not this boot's nonce.
    Stranger(i32),
}

/// Reads the console piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    nonce: Option<String>,
    filter: Filter,
    line: Vec<u8>,
    /// The line's beginning is not remembered.
    is_cut: bool,
    lines: Lines,
    /// The kernel prints nothing: no word is the kernel's.
    is_silent: bool,
    faults: Reader,
    has_booted: bool,
    has_exited: bool,
    /// The kernel seems to have printed its last word.
    has_halted: bool,
    /// The last fault that was found to be the first thread's.
    fault: Option<Fault>,
    told_stranger: bool,
}

impl Scanner {
    /// Reads the console of a root task.
    pub fn new(guest: &Guest) -> Self {
        Scanner {
            nonce: guest.nonce.clone(),
            faults: Reader::new(guest.stack.clone()),
            ..Scanner::default()
        }
    }

    /// The same if the kernel prints nothing. What a loader says before it starts the kernel
    /// counts all the same.
    pub(crate) fn of_silent_kernel(guest: &Guest, has_loader: bool) -> Self {
        Scanner {
            is_silent: true,
            has_booted: !has_loader,
            ..Scanner::new(guest)
        }
    }

    /// Takes in a piece; what is to be shown is added to `out`. After an exit nothing more is
    /// found.
    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Vec<Found> {
        let mut found = Vec::new();
        for &byte in piece {
            let begin = out.len();
            let announcement = self.filter.push(byte, out);
            out[begin..].iter().for_each(|&shown| self.show(shown, &mut found));
            if let Some(announcement) = announcement {
                self.announced(announcement, out, &mut found);
            }
        }
        found
    }

    /// What was held back, where the console ended.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        self.filter.finish()
    }

    fn announced(&mut self, announcement: Announcement, out: &mut Vec<u8>, found: &mut Vec<Found>) {
        // A program that has no place for a nonce prints none.
        if self.nonce.is_none() || self.nonce == announcement.nonce {
            if !std::mem::replace(&mut self.has_exited, true) {
                found.push(Found::Exit(announcement.code));
            }
            return;
        }
        for byte in announcement.bytes {
            out.push(byte);
            self.show(byte, found);
        }
        if !self.has_exited && !std::mem::replace(&mut self.told_stranger, true) {
            found.push(Found::Stranger(announcement.code));
        }
    }

    fn show(&mut self, byte: u8, found: &mut Vec<Found>) {
        if self.has_exited {
            return;
        }
        if !matches!(byte, b'\n' | b'\r') {
            if self.line.len() == 2 * LINE {
                self.line.drain(..LINE);
                self.is_cut = true;
            }
            self.line.push(byte);
            self.check_halt(found);
            return;
        }
        let line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
        self.line.clear();
        self.is_cut = false;
        self.line_ends(&line, found);
    }

    fn check_halt(&mut self, found: &mut Vec<Found>) {
        if self.is_silent {
            return;
        }
        if self.has_halted {
            let line = self.line.strip_prefix(HALTING).unwrap_or(&self.line);
            let is_kernel_s = |words: &&[u8]| words.starts_with(line) || line.starts_with(words);
            if !AFTER_HALT.iter().any(is_kernel_s) {
                self.has_halted = false;
                found.push(Found::GoesOn);
            }
        } else if self.line == HALTING && !self.is_cut {
            let end = match (self.has_booted, self.lines.halt()) {
                (false, _) => End::NotBooted(self.lines.boot_failure()),
                (true, Some(reason)) => End::Halted(reason),
                // A program without a place for a nonce gets no more trust, and no less, than it
                // always had.
                (true, None) if self.nonce.is_none() => End::Halted("it printed `halting...`".to_owned()),
                (true, None) => return,
            };
            // Nobody but the kernel can print before the root task runs.
            self.has_halted = self.has_booted;
            found.push(Found::End(end));
        }
    }

    fn line_ends(&mut self, line: &str, found: &mut Vec<Found>) {
        if line.is_empty() {
            return;
        }
        let finding = if self.is_silent { None } else { self.faults.line(line) };
        match finding {
            Some(Finding::First(fault)) => {
                self.fault = Some(fault.clone());
                found.push(Found::End(End::Faulted(fault)));
            }
            Some(Finding::Other(fault)) => found.push(Found::OtherThread(fault)),
            Some(Finding::WasOther) => {
                found.push(Found::GoesOn);
                found.extend(self.fault.take().map(Found::OtherThread));
            }
            None => {}
        }
        if !self.has_booted {
            self.has_booted = line == BOOTED || self.is_silent && line.ends_with(LOADER_LEAVES);
            if LOADER_ENDS.contains(&line) {
                found.push(Found::End(End::NotBooted(self.lines.boot_failure())));
            }
        }
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests;
