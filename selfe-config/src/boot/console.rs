//! The guest's console on its way to the user.

use super::scan::{Observation, Scanner};
use std::io::{Read, Write};
use std::sync::Mutex;
use std::sync::mpsc::Sender;
use std::time::Instant;

/// What happens during a run.
#[derive(Debug)]
pub enum Event {
    /// Something about the run itself was found in the output.
    Observed(Observation),
    /// The console has ended.
    Closed,
    /// Nobody reads the output any more.
    OutputClosed,
    /// A signal asks the run to end.
    Signal(i32),
}

/// Copies the console until it ends and reports what is found in it; `spoke` gets the time of the
/// latest output.
pub(crate) fn pass_through(
    mut from: impl Read,
    mut to: impl Write,
    mut scanner: Scanner,
    spoke: &Mutex<Instant>,
    events: &Sender<Event>,
) {
    let mut piece = [0; 4096];
    let mut out = Vec::new();
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        *spoke.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
        out.clear();
        let found = scanner.feed(&piece[..count], &mut out);
        let written = to.write_all(&out).and_then(|()| to.flush());
        // The end of the run is reported after everything before it was shown. If nobody receives
        // the report, the run is over already.
        for found in found {
            let _ = events.send(Event::Observed(found));
        }
        if written.is_err() {
            let _ = events.send(Event::OutputClosed);
            return;
        }
    }
    let _ = to.write_all(&scanner.finish()).and_then(|()| to.flush());
    let _ = events.send(Event::Closed);
}
