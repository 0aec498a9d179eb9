//! Signals that end a run: INT (Ctrl-C), TERM and HUP.
//!
//! They end QEMU cleanly, restore the terminal and remove the image; before a run, they remove what
//! was begun. A process that is killed can do none of that: the system ends QEMU, and the next run
//! removes the leftovers ([`Scratch`](super::Scratch)).

use super::console::Event;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// What a signal has to end.
struct Watched {
    run: Option<Sender<Event>>,
    folders: Vec<PathBuf>,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched {
    run: None,
    folders: Vec::new(),
});

fn watched() -> MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run that signals end, as long as this value exists.
pub(crate) struct Run;

/// From now on a signal ends this run.
pub(crate) fn ends_run(run: &Sender<Event>) -> Run {
    watched().run = Some(run.clone());
    Run
}

impl Drop for Run {
    fn drop(&mut self) {
        watched().run = None;
    }
}

pub(super) fn removes(folder: &Path) {
    watched().folders.push(folder.to_owned());
}

pub(super) fn no_longer_removes(folder: &Path) {
    watched().folders.retain(|other| other != folder);
}

/// How long a run may take to end before the process ends regardless.
const PATIENCE: Duration = Duration::from_secs(5);

/// From now on a signal removes what it has to and ends the process with 128 plus its number, as
/// shells do. A signal that was ignored when this process started, as under `nohup`, stays ignored.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(start);
}

#[cfg(unix)]
fn start() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    let signals = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|signal| ignored & (1 << (signal - 1)) == 0);
    // If the system refuses, signals have their default effect.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(signals) else {
        return;
    };
    std::thread::spawn(move || {
        let mut came = signals.forever();
        if let Some(signal) = came.next() {
            let run = watched().run.clone();
            if run.is_some_and(|run| run.send(Event::Signal(signal)).is_ok()) {
                std::thread::sleep(PATIENCE);
            }
            end(signal);
        }
    });
}

#[cfg(not(unix))]
fn start() {}

/// The signals that this process ignores, as a bit mask; the lowest bit is signal 1.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

#[cfg(unix)]
fn end(signal: i32) -> ! {
    let folders = watched().folders.clone();
    for folder in folders {
        // The rest of the program may still write there; the next run removes what remains.
        for _ in 0..3 {
            if std::fs::remove_dir_all(&folder).is_ok() {
                break;
            }
        }
    }
    std::process::exit(128 + signal)
}
