//! What the console says about the run itself.
//!
//! To end the run the root task prints `ESC ] selfe ; exit = N BEL`, which a terminal swallows. It is taken out of the
//! output and recognised also where it comes in pieces. The kernel's own last words, and those about a fault that nobody
//! handles in the root task's first thread, are recognised by their lines.

const OPENING: &[u8] = b"\x1b]selfe;exit=";
const END: u8 = 0x07;
/// Longer than any number that fits.
const LONGEST: usize = OPENING.len() + 12;
/// A line is remembered up to here.
const LINE: usize = 1024;

/// What the kernel prints when it stops for good.
const LAST_WORD: &[u8] = b"halting...";
/// How lines begin by which the kernel says that nothing more will come.
const LAST_LINES: &[&[u8]] = &[
    b"seL4 failed assertion",
    b"seL4 called fail at",
    b"boot_sys failed",
    b"Boot config failed",
    b"KERNEL DATA ABORT!",
    b"KERNEL PREFETCH ABORT!",
];
/// The words about a fault without a handler; a later line names the thread.
const UNHANDLED: &[u8] = b"while trying to handle:";
/// The root task's first thread.
const ROOT_THREAD: &[u8] = b"\"rootserver\"";

/// What was found on the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The root task ends the run with this code.
    Exit(i32),
    /// The line by which the kernel says that nothing more will come.
    Halt(String),
}

/// Reads the console piece by piece.
#[derive(Debug, Default)]
pub struct Scanner {
    /// The beginning of what may become an exit sequence.
    pending: Vec<u8>,
    line: Vec<u8>,
    reported: bool,
    /// A line before this one spoke of a fault that is being reported.
    in_fault: bool,
}

impl Scanner {
    /// Takes in a piece; what is to be shown is added to `out`. The first thing found is returned, later ones are not.
    pub fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Option<Found> {
        let mut found = None;
        for &byte in piece {
            let now = self.byte(byte, out);
            if !self.reported && now.is_some() {
                self.reported = true;
                found = now;
            }
        }
        found
    }

    /// What was held back, where the console ended.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Found> {
        let at = self.pending.len();
        let goes_on = match OPENING.get(at) {
            Some(&expected) => byte == expected,
            None => (byte.is_ascii_digit() || byte == b'-' || byte == END) && at < LONGEST,
        };
        if goes_on {
            self.pending.push(byte);
            if byte != END {
                return None;
            }
            let text = String::from_utf8_lossy(&self.pending[OPENING.len()..at]).into_owned();
            if let Ok(code) = text.parse() {
                self.pending.clear();
                return Some(Found::Exit(code));
            }
            return self.show_pending(out);
        }
        let shown = self.show_pending(out);
        if byte == OPENING[0] {
            self.pending.push(byte);
            return shown;
        }
        shown.or(self.show(byte, out))
    }

    fn show_pending(&mut self, out: &mut Vec<u8>) -> Option<Found> {
        let pending = std::mem::take(&mut self.pending);
        pending
            .into_iter()
            .fold(None, |found, byte| found.or(self.show(byte, out)))
    }

    fn show(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Found> {
        out.push(byte);
        let ends = byte == b'\n' || byte == b'\r';
        if !ends && self.line.len() < LINE {
            self.line.push(byte);
        }
        // Nothing comes after the last word of all, no end of the line either.
        let is_last = self.line == LAST_WORD || (ends && self.is_last_line());
        let found = is_last.then(|| Found::Halt(String::from_utf8_lossy(&self.line).trim().to_owned()));
        if ends {
            self.line.clear();
        }
        found
    }

    fn is_last_line(&mut self) -> bool {
        if contains(&self.line, UNHANDLED) {
            self.in_fault = true;
        }
        if self.in_fault && self.line.starts_with(b"in thread") {
            self.in_fault = false;
            return contains(&self.line, ROOT_THREAD);
        }
        LAST_LINES.iter().any(|words| self.line.starts_with(words))
    }
}

fn contains(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(pieces: &[&[u8]]) -> (String, Option<Found>) {
        let mut scanner = Scanner::default();
        let mut out = Vec::new();
        let mut found = None;
        for piece in pieces {
            found = found.or(scanner.feed(piece, &mut out));
        }
        out.extend(scanner.finish());
        (String::from_utf8_lossy(&out).into_owned(), found)
    }

    #[test]
    fn the_exit_is_found_and_taken_out_however_it_is_cut() {
        let whole = b"before\x1b]selfe;exit=-42\x07after";
        for cut in 0..whole.len() {
            let (shown, found) = scan(&[&whole[..cut], &whole[cut..]]);
            assert_eq!(
                (shown.as_str(), found),
                ("beforeafter", Some(Found::Exit(-42))),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn what_only_resembles_it_is_shown() {
        for text in [
            "\x1b]0;title\x07",
            "\x1b]selfe;exit=\x07",
            "\x1b]selfe;exit=12",
            "\x1b]selfe;exit=99999999999999999\x07",
            "\x1b[1m\x1b\x1b",
            "\x1b]selfe;exit=1-2\x07",
        ] {
            assert_eq!(scan(&[text.as_bytes()]), (text.to_owned(), None));
        }
        let (shown, found) = scan(&[b"\x1b\x1b]selfe;exit=0\x07"]);
        assert_eq!((shown.as_str(), found), ("\x1b", Some(Found::Exit(0))));
    }

    #[test]
    fn the_kernel_s_last_words_are_found() {
        let (_, found) = scan(&[b"Mapping\nhalt", b"ing..."]);
        assert_eq!(found, Some(Found::Halt("halting...".to_owned())));
        let line = "seL4 called fail at boot_sys.c:723 in function boot_sys, saying \"no\"";
        let (_, found) = scan(&[line.as_bytes(), b"\r\nhalting..."]);
        assert_eq!(found, Some(Found::Halt(line.to_owned())));
        let (_, found) = scan(&[b"my own halting... is not meant\n"]);
        assert_eq!(found, None);
    }

    #[test]
    fn an_unhandled_fault_of_the_first_thread_is_found() {
        let text = b"Caught cap fault in send phase at address 0\nwhile trying to handle:\n\
            vm fault on data at address 0 with status 0x6\nin thread 0xffffff801fe08400 \"rootserver\" at address 0x401000\n";
        let (shown, found) = scan(&[text]);
        assert_eq!(shown.as_bytes(), text);
        assert_eq!(
            found,
            Some(Found::Halt(
                "in thread 0xffffff801fe08400 \"rootserver\" at address 0x401000".to_owned()
            ))
        );
        let other = String::from_utf8_lossy(text).replace("rootserver", "child of: 'rootserver'");
        assert_eq!(scan(&[other.as_bytes()]).1, None);
    }
}
