//! The control sequence with which a root task ends its run.
//!
//! It is `ESC ] selfe ; exit = N BEL`, or `ESC ] selfe ; exit = N ; NONCE BEL` from a program that
//! got a nonce: an operating system command as in ECMA-48, which terminals don't show.

const OPENING: &[u8] = b"\x1b]selfe;exit=";
const END: u8 = 0x07;
/// More than any valid number, a semicolon and a nonce take.
const LONGEST: usize = OPENING.len() + 12 + 1 + 64;

/// A complete sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The exit code.
    pub(crate) code: i32,
    /// The text after the code.
    pub(crate) nonce: Option<String>,
    /// The whole sequence as printed.
    pub(crate) bytes: Vec<u8>,
}

/// Holds back text that may become a sequence.
#[derive(Debug, Default)]
pub struct Filter {
    pending: Vec<u8>,
}

impl Filter {
    /// Processes a byte. Text that turned out not to belong to a sequence is appended to `shown`.
    pub(crate) fn push(&mut self, byte: u8, shown: &mut Vec<u8>) -> Option<Announcement> {
        let at = self.pending.len();
        let goes_on = match OPENING.get(at) {
            Some(&expected) => byte == expected,
            None => (byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b';' | END)) && at < LONGEST,
        };
        if goes_on {
            self.pending.push(byte);
            if byte != END {
                return None;
            }
            let bytes = std::mem::take(&mut self.pending);
            let whole = read(&bytes);
            if whole.is_none() {
                shown.extend(bytes);
            }
            return whole;
        }
        shown.append(&mut self.pending);
        if byte == OPENING[0] {
            self.pending.push(byte);
        } else {
            shown.push(byte);
        }
        None
    }

    /// Text that was held back when the console ended.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }
}

fn read(bytes: &[u8]) -> Option<Announcement> {
    let content = bytes.get(OPENING.len()..bytes.len().checked_sub(1)?)?;
    let content = std::str::from_utf8(content).ok()?;
    let (code, nonce) = match content.split_once(';') {
        Some((code, nonce)) => (code, Some(nonce.to_owned())),
        None => (content, None),
    };
    Some(Announcement {
        code: code.parse().ok()?,
        nonce,
        bytes: bytes.to_owned(),
    })
}
