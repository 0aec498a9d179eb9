//! A running machine: started, watched, stopped.

use super::boot_text::{self, BootText};
use super::console::{self, Event};
use super::ends::Ends;
use super::explain::Explainer;
use super::interrupt;
use super::last_words::End;
use super::outcome::{ConsoleError, Outcome};
use super::scan::{Observation, Scanner};
use crate::progress::Progress;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The silence after which the run counts as ended: the kernel's report of the fault follows its
/// last line, and output of others shows that the line was not the kernel's.
const QUIET: Duration = Duration::from_millis(300);
/// The same after the kernel's very last line, which a program may print as well.
const QUIET_HALT: Duration = Duration::from_secs(1);
/// If other threads keep printing, the run ends after this time all the same.
const AT_MOST: Duration = Duration::from_secs(5);
/// How long a machine may take to end when asked to.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// A started machine: an emulator or a board.
pub trait Running {
    /// The guest's output. It is taken once.
    ///
    /// # Errors
    /// There is no console.
    fn console(&mut self) -> io::Result<Box<dyn Read + Send>>;

    /// The thread that passes on the messages of the machine's own program, if there is one. It is
    /// taken once.
    fn messages(&mut self) -> Option<JoinHandle<()>> {
        None
    }

    /// How the machine ended, once its console has closed.
    ///
    /// # Errors
    /// The system can't tell.
    fn wait(&mut self) -> io::Result<Outcome>;

    /// Ends the machine cleanly, or else by force; does nothing if it has ended.
    fn stop(&mut self);
}

/// How a run is shown, and what faults mean for it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Whether the run goes on after a fault of a thread other than the first one.
    pub keep_going: bool,
    /// What explains them.
    pub explainer: &'a Explainer,
    /// Whether the text of the boot is shown.
    pub shows_boot: bool,
    /// The kernel and the platform, for people.
    pub kernel: &'a str,
}

/// Starts a machine and passes its console through until the guest ends, the time is up, or a
/// signal comes. `name` stands for the machine in messages. `view` says what a fault of
/// a thread other than the first one means.
///
/// # Errors
/// The machine can't be started, or its console can't be read or passed on.
pub(crate) fn run<R: Running>(
    start: impl FnOnce() -> io::Result<R>,
    name: &str,
    timeout: Option<Duration>,
    view: View<'_>,
    scanner: Scanner,
    progress: &dyn Progress,
) -> Result<Outcome, ConsoleError> {
    let failed = |action| {
        move |source| ConsoleError {
            action,
            machine: name.to_owned(),
            source,
        }
    };
    let (sender, events) = channel();
    // From here on a signal ends the machine first.
    let _signals = interrupt::ends_run(&sender);
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let mut machine = Stopped(start().map_err(failed("start"))?);
    let console = machine.0.console().map_err(failed("read"))?;
    let messages = machine.0.messages();
    let spoke = Arc::new(Mutex::new(Instant::now()));
    let began = Instant::now();
    let output = Arc::new(Mutex::new(BootText::new(io::stdout(), view.shows_boot)));
    let reader = {
        let (spoke, output) = (Arc::clone(&spoke), Arc::clone(&output));
        std::thread::spawn(move || console::pass_through(console, &output, scanner, &spoke, &sender))
    };
    // The text of a long boot is shown. This ends with the process, or does nothing.
    std::thread::spawn(move || {
        std::thread::sleep(boot_text::PATIENCE);
        let _ = output.lock().unwrap_or_else(PoisonError::into_inner).release();
    });
    let outcome = match watch(&events, deadline, began, view, &spoke, progress) {
        Watched::Outcome(outcome) => outcome,
        Watched::OutputClosed => {
            machine.0.stop();
            return Err(failed("pass on the console of")(io::ErrorKind::BrokenPipe.into()));
        }
        Watched::Closed => {
            let ended = machine.0.wait().map_err(failed("wait for"))?;
            // A signal from the terminal may also reach the machine's program, which may end first.
            match events.recv_timeout(QUIET / 3) {
                Ok(Event::Signal(signal)) => Outcome::Interrupted(signal),
                _ => ended,
            }
        }
    };
    machine.0.stop();
    // No output of the guest is lost. But if nobody reads the output, the time limit still holds.
    let until = deadline.map(|deadline| deadline.max(Instant::now() + GRACE));
    [Some(reader), messages]
        .into_iter()
        .flatten()
        .for_each(|thread| finish(thread, until));
    Ok(outcome)
}

/// A machine that is stopped when this value is dropped.
struct Stopped<R: Running>(R);

impl<R: Running> Drop for Stopped<R> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Waits for a thread that passes output on, at most for a given time.
fn finish(thread: JoinHandle<()>, until: Option<Instant>) {
    while !thread.is_finished() && until.is_some_and(|until| Instant::now() < until) {
        std::thread::sleep(Duration::from_millis(5));
    }
    if thread.is_finished() || until.is_none() {
        let _ = thread.join();
    }
}

/// Why watching ended.
enum Watched {
    Outcome(Outcome),
    /// The machine closed its end of the console.
    Closed,
    OutputClosed,
}

fn watch(
    events: &Receiver<Event>,
    deadline: Option<Instant>,
    began: Instant,
    view: View<'_>,
    spoke: &Mutex<Instant>,
    progress: &dyn Progress,
) -> Watched {
    let mut ends = Ends::default();
    loop {
        let settled = |(end, since): &(End, Instant)| settles(end, *since, spoke);
        let until = [ends.cause().map(settled), deadline].into_iter().flatten().min();
        let event = match until {
            Some(until) => events.recv_timeout(until.saturating_duration_since(Instant::now())),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(Event::Observed(Observation::Exit(code))) => {
                return Watched::Outcome(match ends.cause() {
                    // The fault came first, and the program may have reacted to it.
                    Some((end @ End::OtherFaulted(_), _)) => Outcome::Ended(end.clone()),
                    _ => Outcome::Exited(code),
                });
            }
            Ok(Event::Observed(Observation::End(end))) => ends.push(end, Instant::now()),
            Ok(Event::Observed(Observation::GoesOn)) => ends.void_last(),
            Ok(Event::Observed(Observation::OtherThread(fault))) if view.keep_going => progress.warn(&format!(
                "a thread other than the root task's first one faulted and is stopped, because nobody handles the fault; the run goes on: {}",
                view.explainer.fault(&fault)
            )),
            Ok(Event::Observed(Observation::OtherThread(fault))) => {
                ends.push(End::OtherFaulted(fault), Instant::now());
            }
            Ok(Event::Observed(Observation::Stranger(code))) => progress.warn(&format!(
                "the console has selfe's exit sequence with code {code}, which is not the root task's own: another program's, or text; the run goes on"
            )),
            Ok(Event::Booted) => progress.note(&format!(
                "{} in {:.1} s",
                view.kernel,
                began.elapsed().as_secs_f32()
            )),
            Ok(Event::Observed(Observation::Message { name, value })) if name == "backtrace" => {
                if let Some(text) = view.explainer.backtrace(&value) {
                    progress.note(&text);
                }
            }
            // It is for a run of tests.
            Ok(Event::Observed(Observation::Message { .. }) | Event::Text(_)) => {}
            Ok(Event::Signal(signal)) => return Watched::Outcome(Outcome::Interrupted(signal)),
            Ok(Event::OutputClosed) => return Watched::OutputClosed,
            Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => {
                return match ends.cause() {
                    Some((end, _)) => Watched::Outcome(Outcome::Ended(end.clone())),
                    None => Watched::Closed,
                };
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                let is_over = deadline.is_some_and(|deadline| now >= deadline);
                match ends.cause() {
                    Some(cause) if settled(cause) <= now || is_over => {
                        return Watched::Outcome(Outcome::Ended(cause.0.clone()));
                    }
                    None if is_over => return Watched::Outcome(Outcome::TimedOut),
                    // There was output in the meantime.
                    _ => {}
                }
            }
        }
    }
}

/// When a run that seems to have ended counts as ended.
fn settles(end: &End, since: Instant, spoke: &Mutex<Instant>) -> Instant {
    let quiet = match end {
        End::Halted(_) => QUIET_HALT,
        End::NotBooted(_) | End::Faulted(_) | End::OtherFaulted(_) => QUIET,
    };
    let spoke = *spoke.lock().unwrap_or_else(PoisonError::into_inner);
    (spoke.max(since) + quiet).min(since + AT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::SeL4Arch;
    use crate::boot::Fault;
    use crate::image::Program;
    use crate::progress::Silent;

    fn watched(found: &[Observation]) -> Option<Outcome> {
        watched_with(false, found)
    }

    fn watched_with(keep_going: bool, found: &[Observation]) -> Option<Outcome> {
        let (sender, events) = channel();
        for found in found {
            sender.send(Event::Observed(found.clone())).unwrap();
        }
        drop(sender);
        let program = Program::read(&std::env::current_exe().unwrap()).unwrap();
        let view = View {
            shows_boot: true,
            kernel: "the kernel booted",
            keep_going,
            explainer: &Explainer::new(program, SeL4Arch::X86_64),
        };
        match watch(
            &events,
            None,
            Instant::now(),
            view,
            &Mutex::new(Instant::now()),
            &Silent,
        ) {
            Watched::Outcome(outcome) => Some(outcome),
            Watched::Closed | Watched::OutputClosed => None,
        }
    }

    #[test]
    fn a_real_end_stays_where_a_later_one_is_void() {
        let end = |reason: &str| End::Halted(reason.to_owned());
        let (first, other) = (Observation::End(end("first")), Observation::End(end("other")));
        let ended = Some(Outcome::Ended(end("first")));
        assert_eq!(watched(&[first.clone(), other.clone(), Observation::GoesOn]), ended);
        assert_eq!(watched(&[other.clone(), Observation::GoesOn, first.clone()]), ended);
        assert_eq!(watched(&[first, other]), ended);
        assert_eq!(watched(&[Observation::End(end("void")), Observation::GoesOn]), None);
    }

    #[test]
    fn a_fault_of_any_thread_ends_the_run_unless_it_is_to_go_on() {
        let fault = Fault {
            what: "null fault".to_owned(),
            instruction: "0x10".to_owned(),
            thread: Some("child of: 'rootserver'".to_owned()),
            is_overflow: false,
        };
        let found = [Observation::OtherThread(fault.clone()), Observation::Exit(9)];
        let ended = Some(Outcome::Ended(End::OtherFaulted(fault)));
        assert_eq!(watched_with(false, &found), ended);
        assert_eq!(watched_with(false, &found[..1]), ended);
        assert_eq!(watched_with(true, &found), Some(Outcome::Exited(9)));
        assert_eq!(watched_with(true, &found[..1]), None);
    }

    #[test]
    fn output_that_nobody_takes_is_not_waited_for_without_end() {
        let (taken, wait) = channel::<()>();
        let blocked = std::thread::spawn(move || assert!(wait.recv().is_err()));
        finish(blocked, Some(Instant::now()));
        drop(taken);
        let (sender, done) = channel();
        finish(std::thread::spawn(move || sender.send(()).unwrap()), None);
        done.try_recv().unwrap();
    }
}
