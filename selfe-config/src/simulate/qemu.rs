//! The running QEMU: started, watched, ended.

use super::console::{self, Event};
use super::{Found, Outcome, SimulateError};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// After the kernel's last words its account of the fault may follow.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How long QEMU may take to end when asked to.
const GRACE: Duration = Duration::from_secs(2);

/// Runs QEMU until the guest or the time allowed ends.
pub fn run(qemu: &Path, arguments: &[String], timeout: Option<Duration>) -> Result<Outcome, SimulateError> {
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
    let (sender, events) = channel();
    let reader = std::thread::spawn(move || console::pass_through(stdout, std::io::stdout(), &sender));
    let event = match deadline {
        Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    let outcome = match event {
        Ok(Event::Found(Found::Exit(code))) => Outcome::Exited(code),
        Ok(Event::Found(Found::Halt(line))) => {
            // Whatever comes now belongs to it; the first thing found is what counts.
            let _ = events.recv_timeout(LAST_WORDS);
            Outcome::Halted(line)
        }
        Err(RecvTimeoutError::Timeout) => Outcome::TimedOut,
        Ok(Event::OutputClosed) => {
            running.stop();
            return Err(failed("pass on the console of")(std::io::ErrorKind::BrokenPipe.into()));
        }
        Err(RecvTimeoutError::Disconnected) => {
            let status = running.0.wait().map_err(failed("wait for"))?;
            ended_by_itself(status)
        }
    };
    running.stop();
    // Nothing that the guest printed is lost.
    let _ = reader.join();
    let _ = complaints.map(std::thread::JoinHandle::join);
    Ok(outcome)
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
        if let Ok(None) = self.0.try_wait() {
            self.stop();
        }
    }
}

/// Has the system end a program when this one ends, even where this one is killed.
pub fn dies_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt;
        // SAFETY: the closure makes one system call, allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(|| {
                rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))?;
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}
