//! Finds what the console says about the run itself.
//!
//! The program shares the console, so its output must not decide the run. Its message about its own
//! end counts if it contains the boot's nonce. The kernel's messages count only in the kernel's own
//! form: complete reports, and a reason before the last line. If the output goes on after that last
//! line, it was not the kernel's.

use super::fault::{Fault, Finding, Reader};
use super::last_words::{End, Lines};
use super::sequence::{Announcement, Filter};
use crate::image::Guest;

/// The number of bytes of a line's end that are remembered.
const LINE: usize = 1024;
/// The kernel's last output before it halts; no line break follows.
const HALTING: &[u8] = b"halting...";
/// What debug kernels may print after it.
const AFTER_HALT: &[&[u8]] = &[b"Kernel entry via ", b"Cap type: "];
/// After this line, output may come from the root task.
pub(super) const BOOTED: &str = "Booting all finished, dropped to user space";
/// The elfloader's message when it gives up.
const LOADER_ENDS: &[&str] = &["abort() called.", "HALT due to call to abort()"];
/// The end of the elfloader's last line.
const LOADER_LEAVES: &str = " entry point...";

/// What was found on the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// The root task ends the run with this code.
    Exit(i32),
    /// The run seems to have ended.
    End(End),
    /// It has not ended: the last [`Observation::End`] was wrong.
    GoesOn,
    /// Nobody handles a fault of a thread other than the root task's first one.
    OtherThread(Fault),
    /// An exit sequence with this code, but without this boot's nonce.
    Stranger(i32),
    /// Another message of the root task's own to selfe.
    Message {
        /// What it is about.
        name: String,
        /// What it says.
        value: String,
    },
}

/// Reads the console piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    nonce: Option<String>,
    filter: Filter,
    line: Vec<u8>,
    /// Whether the beginning of the line was forgotten.
    is_cut: bool,
    lines: Lines,
    /// Whether the kernel prints nothing, so that no output is the kernel's.
    is_silent: bool,
    faults: Reader,
    has_booted: bool,
    has_exited: bool,
    /// Whether the kernel seems to have printed its last line.
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

    /// The same for a kernel that prints nothing. A loader's messages before the kernel starts
    /// still count.
    pub(crate) fn of_silent_kernel(guest: &Guest, has_loader: bool) -> Self {
        Scanner {
            is_silent: true,
            has_booted: !has_loader,
            ..Scanner::new(guest)
        }
    }

    /// Processes a piece of output; what should be shown is appended to `out`. After an exit
    /// nothing more is found.
    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Vec<Observation> {
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

    /// Text that was held back when the console ended.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        self.filter.finish()
    }

    fn announced(&mut self, announcement: Announcement, out: &mut Vec<u8>, found: &mut Vec<Observation>) {
        let Announcement {
            name,
            value,
            nonce,
            bytes,
        } = announcement;
        let code = (name == "exit").then(|| value.parse().ok()).flatten();
        let is_own = self.nonce == nonce;
        match code {
            // A program without a place for a nonce prints none.
            Some(code) if is_own || self.nonce.is_none() => {
                if !std::mem::replace(&mut self.has_exited, true) {
                    found.push(Observation::Exit(code));
                }
            }
            None if is_own && nonce.is_some() => {
                if !self.has_exited {
                    found.push(Observation::Message { name, value });
                }
            }
            _ => {
                for byte in bytes {
                    out.push(byte);
                    self.show(byte, found);
                }
                if let Some(code) = code
                    && !self.has_exited
                    && !std::mem::replace(&mut self.told_stranger, true)
                {
                    found.push(Observation::Stranger(code));
                }
            }
        }
    }

    fn show(&mut self, byte: u8, found: &mut Vec<Observation>) {
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

    fn check_halt(&mut self, found: &mut Vec<Observation>) {
        if self.is_silent {
            return;
        }
        if self.has_halted {
            let line = self.line.strip_prefix(HALTING).unwrap_or(&self.line);
            let is_kernel_s = |words: &&[u8]| words.starts_with(line) || line.starts_with(words);
            if !AFTER_HALT.iter().any(is_kernel_s) {
                self.has_halted = false;
                found.push(Observation::GoesOn);
            }
        } else if self.line == HALTING && !self.is_cut {
            let end = match (self.has_booted, self.lines.halt()) {
                (false, _) => End::NotBooted(self.lines.boot_failure()),
                (true, Some(reason)) => End::Halted(reason),
                // A program without a place for a nonce is trusted as it always was.
                (true, None) if self.nonce.is_none() => End::Halted("it printed `halting...`".to_owned()),
                (true, None) => return,
            };
            // Only the kernel can print before the root task runs.
            self.has_halted = self.has_booted;
            found.push(Observation::End(end));
        }
    }

    fn line_ends(&mut self, line: &str, found: &mut Vec<Observation>) {
        if line.is_empty() {
            return;
        }
        let finding = if self.is_silent { None } else { self.faults.line(line) };
        match finding {
            Some(Finding::First(fault)) => {
                self.fault = Some(fault.clone());
                found.push(Observation::End(End::Faulted(fault)));
            }
            Some(Finding::Other(fault)) => found.push(Observation::OtherThread(fault)),
            Some(Finding::WasOther) => {
                found.push(Observation::GoesOn);
                found.extend(self.fault.take().map(Observation::OtherThread));
            }
            None => {}
        }
        if !self.has_booted {
            self.has_booted = line == BOOTED || self.is_silent && line.ends_with(LOADER_LEAVES);
            if LOADER_ENDS.contains(&line) {
                found.push(Observation::End(End::NotBooted(self.lines.boot_failure())));
            }
        }
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests;
