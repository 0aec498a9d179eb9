//! Messages to `selfe run` on the console.
//!
//! Each is an operating system command as in ECMA-48, which terminals don't show:
//! `ESC ] selfe ; NAME = VALUE ; NONCE BEL`. `selfe run` gives each boot a nonce and ignores
//! messages without it. The end of a run is such a message too: see [`exit()`](crate::exit()).

use crate::debug::DebugOutHandle;
use core::fmt::{self, Write};

/// Sends a message. `value` is printable ASCII without a semicolon; other characters become `?`.
///
/// Does nothing if nobody gave the program a nonce, because nobody would read it.
pub fn send(name: &str, value: fmt::Arguments<'_>) {
    let proof = crate::handover::proof();
    if proof.is_empty() {
        return;
    }
    crate::debug::write(b"\x1b]selfe;");
    crate::debug::write(name.as_bytes());
    crate::debug::write(b"=");
    // Writing to the console never fails.
    let _ = Value(DebugOutHandle).write_fmt(value);
    crate::debug::write(proof);
    crate::debug::write(b"\x07");
}

/// Whether `selfe run` booted this program and reads its messages.
pub fn is_read() -> bool {
    !crate::handover::proof().is_empty()
}

/// Writes what a value may contain.
struct Value<W: Write>(W);

impl<W: Write> Write for Value<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| self.write_char(character))
    }

    fn write_char(&mut self, character: char) -> fmt::Result {
        self.0.write_char(match character {
            ';' => '?',
            ' '..='~' => character,
            _ => '?',
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_t_end_the_message() {
        let mut value = Value(String::new());
        write!(value, "a b;{}\x07\x1bß", 7).unwrap();
        assert_eq!(value.0, "a b?7???");
    }
}
