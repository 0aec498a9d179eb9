//! The guest's console on its way to the user.

use super::{Found, Scanner};
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::Sender;

/// What happened on the console.
#[derive(Debug)]
pub enum Event {
    /// Something that ends the run.
    Found(Found),
    /// Nobody reads the output any more.
    OutputClosed,
}

/// Copies the console until it ends and reports what is found.
pub fn pass_through(mut from: impl Read, mut to: impl Write, events: &Sender<Event>) {
    let mut scanner = Scanner::default();
    let mut piece = [0; 4096];
    let mut out = Vec::new();
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        out.clear();
        let found = scanner.feed(&piece[..count], &mut out);
        let written = to.write_all(&out).and_then(|()| to.flush());
        // The run's end is told after everything before it was shown. Nobody listening means that it is over anyway.
        if let Some(found) = found {
            let _ = events.send(Event::Found(found));
        }
        if written.is_err() {
            let _ = events.send(Event::OutputClosed);
            return;
        }
    }
    let _ = to.write_all(&scanner.finish()).and_then(|()| to.flush());
}

/// Passes on what QEMU itself says, but for its word that it ends because it was told to.
pub fn complaints(from: impl Read) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(count) if count > 0) {
        if !String::from_utf8_lossy(&line).contains("terminating on signal 15") {
            // Without a standard error there is nobody to tell.
            let _ = std::io::stderr().write_all(&line);
        }
        line.clear();
    }
}
