//! The running QEMU.

use crate::boot::outcome::Outcome;
use crate::boot::watch::{GRACE, Running};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running QEMU.
pub struct Process(Child);

impl Process {
    /// Starts QEMU; it ends together with this process.
    pub fn start(qemu: &Path, arguments: &[String]) -> io::Result<Self> {
        command(qemu, arguments).spawn().map(Process)
    }

    /// Starts QEMU so that it neither reads the terminal nor gets its signals.
    pub(crate) fn start_in_background(qemu: &Path, arguments: &[String]) -> io::Result<Self> {
        let mut command = command(qemu, arguments);
        command.stdin(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(Process)
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

fn command(qemu: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(qemu);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    dies_with_us(&mut command);
    command
}

impl Running for Process {
    fn console(&mut self) -> io::Result<Box<dyn Read + Send>> {
        match self.0.stdout.take() {
            Some(stdout) => Ok(Box::new(stdout)),
            None => Err(io::Error::other("it has no console")),
        }
    }

    fn messages(&mut self) -> Option<JoinHandle<()>> {
        let stderr = self.0.stderr.take()?;
        Some(std::thread::spawn(move || complaints(stderr)))
    }

    fn wait(&mut self) -> io::Result<Outcome> {
        let status = self.0.wait()?;
        Ok(if status.success() {
            Outcome::Stopped
        } else {
            Outcome::MachineFailed {
                machine: "QEMU".to_owned(),
                status: status.to_string(),
            }
        })
    }

    fn stop(&mut self) {
        // After it was waited for, its process id may belong to another process.
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        let deadline = Instant::now() + GRACE;
        self.terminate();
        while let Ok(None) = self.0.try_wait() {
            if Instant::now() >= deadline {
                // The process has ended; waiting takes no time.
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Makes the system end a program together with this one, even if this one is killed.
pub(crate) fn dies_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
        use std::os::unix::process::CommandExt;
        let us = getpid();
        // SAFETY: the closure makes two system calls, allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(move || {
                set_parent_process_death_signal(Some(Signal::TERM))?;
                // This process may have ended before that.
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

/// Passes on QEMU's own messages, except for the one that says that it was told to end.
fn complaints(from: impl Read) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(count) if count > 0) {
        // It prints this after signal 1, 2 or 15, each of which ends it cleanly.
        if !String::from_utf8_lossy(&line).contains("terminating on signal") {
            // There is nobody to tell without standard error.
            let _ = std::io::stderr().write_all(&line);
        }
        line.clear();
    }
}
