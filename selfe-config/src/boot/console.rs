//! The guest's console on its way to the user.

use super::boot_text::BootText;
use super::scan::{Observation, Scanner};
use std::io::{Read, Write};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What happens during a run.
#[derive(Debug)]
pub enum Event {
    /// Output, where events carry it.
    Text(Vec<u8>),
    /// The kernel has started the root task.
    Booted,
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
    to: &Mutex<BootText<impl Write>>,
    mut scanner: Scanner,
    spoke: &Mutex<Instant>,
    events: &Sender<Event>,
) {
    let (mut piece, mut out) = (PIECE, Vec::new());
    while let Some(piece) = read(&mut from, &mut piece) {
        *lock(spoke) = Instant::now();
        out.clear();
        let found = scanner.feed(piece, &mut out);
        let written = lock(to).write(&out);
        if let Ok(true) = written {
            let _ = events.send(Event::Booted);
        }
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
    let mut to = lock(to);
    let _ = to.release().and_then(|()| to.write(&scanner.finish()));
    let _ = events.send(Event::Closed);
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Room for a piece of the console's output.
const PIECE: [u8; 4096] = [0; 4096];

/// The next piece of output; none once the console has ended, however it did.
fn read<'a>(from: &mut impl Read, piece: &'a mut [u8]) -> Option<&'a [u8]> {
    loop {
        match from.read(piece) {
            Ok(0) => return None,
            Ok(count) => return Some(&piece[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Turns the console into events until it ends: output and what is found in it, in their order.
pub(crate) fn to_events(mut from: impl Read, mut scanner: Scanner, events: &Sender<Event>) {
    let mut piece = PIECE;
    while let Some(piece) = read(&mut from, &mut piece) {
        // A message ends with this byte; what follows it comes after the message.
        for part in piece.split_inclusive(|&byte| byte == 0x07) {
            let mut out = Vec::new();
            let found = scanner.feed(part, &mut out);
            let text = (!out.is_empty()).then_some(Event::Text(out));
            for event in text.into_iter().chain(found.into_iter().map(Event::Observed)) {
                // If nobody receives events, the run is over.
                if events.send(event).is_err() {
                    return;
                }
            }
        }
    }
    let rest = scanner.finish();
    let _ = events.send(Event::Text(rest));
    let _ = events.send(Event::Closed);
}
