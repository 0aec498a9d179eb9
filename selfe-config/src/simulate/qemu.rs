//! The running QEMU: started, watched, ended.

use super::console::{self, Event};
use super::ends::Ends;
use super::{End, Found, Outcome, Scanner, SimulateError, interrupt};
use crate::progress::Progress;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing may come for so long before the run is taken to have ended: after the kernel's last words its account of the fault
/// follows, and what was not the kernel's word goes on.
const QUIET: Duration = Duration::from_millis(300);
/// The same after the kernel's last word of all, which a program may print as well.
const QUIET_HALT: Duration = Duration::from_secs(1);
/// Where other threads go on printing, the run ends after so long all the same.
const AT_MOST: Duration = Duration::from_secs(5);
/// How long QEMU may take to end when asked to.
const GRACE: Duration = Duration::from_secs(2);

/// Runs QEMU until the guest or the time allowed ends, or a signal comes.
pub fn run(
    qemu: &Path,
    arguments: &[String],
    timeout: Option<Duration>,
    scanner: Scanner,
    progress: &dyn Progress,
) -> Result<Outcome, SimulateError> {
    let failed = |action| {
        move |source| SimulateError::Qemu {
            action,
            qemu: qemu.to_owned(),
            source,
        }
    };
    let mut command = Command::new(qemu);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    dies_with_us(&mut command);
    let (sender, events) = channel();
    // From here on a signal ends QEMU first.
    let _signals = interrupt::ends_run(&sender);
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let mut running = Running(command.spawn().map_err(failed("start"))?);
    let Some(stdout) = running.0.stdout.take() else {
        return Err(failed("read")(std::io::Error::other("it has no console")));
    };
    let complaints = running
        .0
        .stderr
        .take()
        .map(|stderr| std::thread::spawn(move || console::complaints(stderr)));
    let spoke = Arc::new(Mutex::new(Instant::now()));
    let reader = {
        let spoke = Arc::clone(&spoke);
        std::thread::spawn(move || console::pass_through(stdout, std::io::stdout(), scanner, &spoke, &sender))
    };
    let outcome = match watch(&events, deadline, &spoke, progress) {
        Watched::Outcome(outcome) => outcome,
        Watched::OutputClosed => {
            running.stop();
            return Err(failed("pass on the console of")(std::io::ErrorKind::BrokenPipe.into()));
        }
        Watched::Closed => {
            let status = running.0.wait().map_err(failed("wait for"))?;
            // A signal from the terminal reaches QEMU as well, which may be the first to end.
            match events.recv_timeout(QUIET / 3) {
                Ok(Event::Signal(signal)) => Outcome::Interrupted(signal),
                _ => ended_by_itself(status),
            }
        }
    };
    running.stop();
    // Nothing that the guest printed is lost. But where nobody takes the output, the time allowed is kept.
    let until = deadline.map(|deadline| deadline.max(Instant::now() + GRACE));
    [Some(reader), complaints]
        .into_iter()
        .flatten()
        .for_each(|thread| finish(thread, until));
    Ok(outcome)
}

/// Waits for a thread that passes output on; where a time is given, no longer than that.
fn finish(thread: JoinHandle<()>, until: Option<Instant>) {
    while !thread.is_finished() && until.is_some_and(|until| Instant::now() < until) {
        std::thread::sleep(Duration::from_millis(5));
    }
    if thread.is_finished() || until.is_none() {
        let _ = thread.join();
    }
}

/// Why watching came to an end.
enum Watched {
    Outcome(Outcome),
    /// QEMU's end of the console is closed.
    Closed,
    OutputClosed,
}

fn watch(
    events: &Receiver<Event>,
    deadline: Option<Instant>,
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
            Ok(Event::Found(Found::Exit(code))) => return Watched::Outcome(Outcome::Exited(code)),
            Ok(Event::Found(Found::End(end))) => ends.push(end, Instant::now()),
            Ok(Event::Found(Found::GoesOn)) => ends.void_last(),
            Ok(Event::Found(Found::OtherThread(fault))) => progress.warn(&format!(
                "a thread that is not the root task's first faulted and stands still, as nobody handles the fault: {fault}; the run goes on"
            )),
            Ok(Event::Found(Found::Stranger(code))) => progress.warn(&format!(
                "the console has selfe's exit sequence with code {code}, which is not the root task's own: another program's, or text; the run goes on"
            )),
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

/// When a run that seems to have ended will have.
fn settles(end: &End, since: Instant, spoke: &Mutex<Instant>) -> Instant {
    let quiet = match end {
        End::Halted(_) => QUIET_HALT,
        End::NotBooted(_) | End::Faulted(_) => QUIET,
    };
    let spoke = *spoke.lock().unwrap_or_else(PoisonError::into_inner);
    (spoke.max(since) + quiet).min(since + AT_MOST)
}

fn ended_by_itself(status: ExitStatus) -> Outcome {
    if status.success() {
        Outcome::Stopped
    } else {
        Outcome::QemuFailed(status.to_string())
    }
}

/// A QEMU that is ended with this value, whatever happens.
struct Running(Child);

impl Running {
    /// Asks QEMU to end; one that does not is killed.
    fn stop(&mut self) {
        // The number of a process that was waited for may be another's by now.
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        let deadline = Instant::now() + GRACE;
        self.terminate();
        while let Ok(None) = self.0.try_wait() {
            if Instant::now() >= deadline {
                // Nothing is left to be asked for; waiting then takes no time.
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[cfg(unix)]
    fn terminate(&self) {
        let id = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            // It may have ended by now.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
    }

    #[cfg(not(unix))]
    fn terminate(&mut self) {
        let _ = self.0.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Has the system end a program when this one ends, even where this one is killed.
pub fn dies_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
        use std::os::unix::process::CommandExt;
        let us = getpid();
        // SAFETY: the closure makes two system calls, allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(move || {
                set_parent_process_death_signal(Some(Signal::TERM))?;
                // This one may have ended before that.
                if getppid() != Some(us) {
                    return Err(std::io::ErrorKind::Interrupted.into());
                }
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    fn watched(found: &[Found]) -> Option<Outcome> {
        let (sender, events) = channel();
        for found in found {
            sender.send(Event::Found(found.clone())).unwrap();
        }
        drop(sender);
        match watch(&events, None, &Mutex::new(Instant::now()), &Silent) {
            Watched::Outcome(outcome) => Some(outcome),
            Watched::Closed | Watched::OutputClosed => None,
        }
    }

    #[test]
    fn a_real_end_stays_where_a_later_one_is_void() {
        let end = |reason: &str| End::Halted(reason.to_owned());
        let (first, other) = (Found::End(end("first")), Found::End(end("other")));
        let ended = Some(Outcome::Ended(end("first")));
        assert_eq!(watched(&[first.clone(), other.clone(), Found::GoesOn]), ended);
        assert_eq!(watched(&[other.clone(), Found::GoesOn, first.clone()]), ended);
        assert_eq!(watched(&[first, other]), ended);
        assert_eq!(watched(&[Found::End(end("void")), Found::GoesOn]), None);
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
