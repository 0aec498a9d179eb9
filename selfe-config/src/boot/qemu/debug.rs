//! QEMU halted before the first instruction, with a GDB server, and a debugger in the foreground.

use super::process::Process;
use super::{Machine, Prepared, QemuError, Settings, prepare};
use crate::boot::console::Event;
use crate::boot::scan::Observation;
use crate::boot::watch::Running;
use crate::image::Image;
use crate::progress::Progress;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// How often the debugger's end is looked for.
const TICK: Duration = Duration::from_millis(20);

/// Where QEMU's GDB server listens.
pub enum GdbServer<'a> {
    /// On a TCP port of this computer.
    Port(u16),
    /// On a socket in a folder.
    Socket(&'a Path),
}

/// QEMU's arguments for a machine that waits for a debugger.
pub fn debug_arguments(server: GdbServer<'_>) -> Vec<String> {
    let mut arguments = vec!["-S".to_owned()];
    match server {
        GdbServer::Port(port) => arguments.extend(["-gdb".to_owned(), format!("tcp:127.0.0.1:{port}")]),
        GdbServer::Socket(path) => {
            // In an option's value two commas stand for one.
            let path = path.display().to_string().replace(',', ",,");
            arguments.extend(["-chardev".to_owned()]);
            arguments.push(format!("socket,path={path},server=on,wait=off,id=gdb"));
            arguments.extend(["-gdb".to_owned(), "chardev:gdb".to_owned()]);
        }
    }
    arguments
}

/// A machine that waits for a debugger. It ends with this value.
pub struct Debugger {
    machine: Process,
    events: Receiver<Event>,
    _prepared: Prepared,
}

impl Drop for Debugger {
    fn drop(&mut self) {
        self.machine.stop();
    }
}

impl Debugger {
    /// Starts the machine; `settings` have the arguments of [`debug_arguments`].
    ///
    /// # Errors
    /// As for [`run`](super::run).
    pub fn start(
        machine: Machine<'_>,
        image: &Image,
        settings: &Settings,
        progress: &dyn Progress,
    ) -> Result<Self, QemuError> {
        let prepared = prepare(machine, image, settings, progress)?;
        let (sender, events) = channel();
        let machine = prepared.start_in_background(&image.guest, sender)?;
        Ok(Debugger {
            machine,
            events,
            _prepared: prepared,
        })
    }

    /// Runs the debugger until it ends; the machine's console goes to standard error. If the root
    /// task ends first, the machine stops, and the debugger is told by its connection's end.
    ///
    /// # Errors
    /// The debugger can't be started.
    pub fn run(mut self, debugger: &mut Command) -> io::Result<ExitStatus> {
        // Ctrl-C in the terminal reaches this process, too: only the debugger reacts.
        let ignored = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, ignored);
        let mut child = debugger.spawn()?;
        loop {
            match self.events.recv_timeout(TICK) {
                Ok(Event::Text(text)) => {
                    // There is nobody to tell without standard error.
                    let _ = io::stderr().write_all(&text);
                }
                Ok(Event::Observed(Observation::Exit(code))) => {
                    let _ = writeln!(io::stderr(), "the root task ended with exit code {code}");
                    self.machine.stop();
                }
                Ok(_) | Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return child.wait(),
            }
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_named_in_qemu_s_words() {
        let socket = debug_arguments(GdbServer::Socket(Path::new("/tmp/a,b/gdb")));
        assert_eq!(
            socket.join(" "),
            "-S -chardev socket,path=/tmp/a,,b/gdb,server=on,wait=off,id=gdb -gdb chardev:gdb"
        );
        assert_eq!(
            debug_arguments(GdbServer::Port(1234)).join(" "),
            "-S -gdb tcp:127.0.0.1:1234"
        );
    }
}
