//! The control sequences with which a root task speaks to selfe.
//!
//! Each is `ESC ] selfe ; NAME = VALUE ; NONCE BEL`, an operating system command as in ECMA-48,
//! which terminals don't show. A program that got no nonce leaves it and its semicolon out.

const OPENING: &[u8] = b"\x1b]selfe;";
const END: u8 = 0x07;
/// More than any message takes.
const LONGEST: usize = 64 * 1024;

/// A complete sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What it is about, such as `exit`.
    pub(crate) name: String,
    /// The text after the equals sign.
    pub(crate) value: String,
    /// The text after the last semicolon.
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
            None => (matches!(byte, b' '..=b'~' | END)) && at < LONGEST,
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
    let (name, rest) = content.split_once('=')?;
    let (value, nonce) = match rest.rsplit_once(';') {
        Some((value, nonce)) => (value, Some(nonce.to_owned())),
        None => (rest, None),
    };
    Some(Announcement {
        name: name.to_owned(),
        value: value.to_owned(),
        nonce,
        bytes: bytes.to_owned(),
    })
}
