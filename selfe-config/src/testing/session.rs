//! Runs tests: boots the program, follows its messages, and boots it again where a test took the
//! run with it.

use super::{TargetTest, TestEnd, TestResult};
use crate::boot::console::Event;
use crate::boot::qemu::{self, Machine, QemuError, Settings};
use crate::boot::scan::Observation;
use crate::boot::watch::Running;
use crate::boot::{End, Fault, Scratch, interrupt};
use crate::cache::Cache;
use crate::error_kind::ErrorKind;
use crate::image::{self, Arguments, ImageError, Purpose};
use crate::kernel::Manifest;
use crate::platform::PlatformData;
use crate::progress::Progress;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The variable by which the program gets the indices of its tests.
const SELECTED: &str = "SELFE_TESTS";
/// How long a boot may take until the first test begins.
const BOOT: Duration = Duration::from_secs(120);
/// How long output is awaited that belongs to an end, or shows that it was none.
const QUIET: Duration = Duration::from_millis(300);

/// What boots for the tests, and how.
pub struct Session {
    /// The cache, for what an image needs.
    pub cache: Cache,
    /// The kernel build.
    pub manifest: Manifest,
    /// The platform.
    pub platform: PlatformData,
    /// The program of tests.
    pub elf: PathBuf,
    /// The user's settings. The time limit is that of all tests together.
    pub settings: Settings,
    /// The variables of the program, in addition to the tests' own.
    pub variables: Vec<(String, String)>,
    /// Whether the tests' output is shown as it comes.
    pub shows_output: bool,
    /// The running machine.
    running: Option<Boot>,
    /// The end of the time for all tests.
    deadline: Option<Instant>,
}

/// Why tests can't run. It holds for those that follow, too.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The image can't be made.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// QEMU can't boot the image.
    #[error(transparent)]
    Qemu(#[from] QemuError),
    /// A temporary folder can't be made.
    #[error("can't make a temporary folder for the image: {0}\nset TMPDIR to a folder with space")]
    Scratch(io::Error),
    /// The kernel prints nothing.
    #[error(
        "the tests can't report anything: KernelPrinting is off in this kernel\nhelp: set KernelPrinting = true in [sel4.config] of sel4.toml"
    )]
    Silent,
    /// No test began.
    #[error("the program did not begin with its tests: {why}\n{output}")]
    NotBegun {
        /// Why not.
        why: String,
        /// What was printed.
        output: String,
    },
    /// The time for all tests is over.
    #[error("the time limit of --timeout was reached")]
    TimedOut,
    /// A signal of this number ended the run.
    #[error("signal {0} ended the tests")]
    Interrupted(i32),
}

impl SessionError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            SessionError::Image(error) => error.kind(),
            SessionError::Qemu(error) => error.kind(),
            SessionError::Silent => ErrorKind::Usage,
            SessionError::Scratch(_)
            | SessionError::NotBegun { .. }
            | SessionError::TimedOut
            | SessionError::Interrupted(_) => ErrorKind::Run,
        }
    }
}

/// A boot and what came of it so far. The machine ends with this value.
struct Boot {
    machine: Box<dyn Running + Send>,
    events: Receiver<Event>,
    _signals: interrupt::Run,
    _image: qemu::Prepared,
    _folder: Scratch,
    /// What the program said about a fault, before it says that the test ended.
    fault: Option<Fault>,
    /// The backtrace of its panic, as sent.
    backtrace: Option<String>,
}

impl Drop for Boot {
    fn drop(&mut self) {
        self.machine.stop();
    }
}

/// What a test's run came to.
enum Step {
    /// It ended, and the program goes on with the next one.
    Ended(TestEnd),
    /// It ended, and the run with it.
    Lost(TestEnd),
}

impl Session {
    /// A session in which nothing has been booted.
    pub fn new(cache: Cache, manifest: Manifest, platform: PlatformData, elf: PathBuf, settings: Settings) -> Self {
        Session {
            deadline: settings.timeout.map(|timeout| Instant::now() + timeout),
            cache,
            manifest,
            platform,
            elf,
            settings,
            variables: Vec::new(),
            shows_output: false,
            running: None,
        }
    }

    /// Boots the program for these tests, unless it is running.
    ///
    /// # Errors
    /// The program can't be booted.
    pub fn start(&mut self, tests: &[TargetTest], progress: &dyn Progress) -> Result<(), SessionError> {
        if self.running.is_none() && !tests.is_empty() {
            self.running = Some(self.boot(tests, progress)?);
        }
        Ok(())
    }

    /// Runs the first of these tests. If nothing is running, a boot for all of them begins.
    ///
    /// # Errors
    /// The program can't be booted, does not begin with the test, or the time is over. The tests
    /// that follow would fare no better.
    pub fn run_first(&mut self, tests: &[TargetTest], progress: &dyn Progress) -> Result<TestResult, SessionError> {
        let Some(test) = tests.first() else {
            return Err(SessionError::NotBegun {
                why: "there is no test".to_owned(),
                output: String::new(),
            });
        };
        let mut boot = match self.running.take() {
            Some(boot) => boot,
            None => self.boot(tests, progress)?,
        };
        self.begin(&mut boot, test)?;
        let mut output = Vec::new();
        let step = self.follow(&mut boot, test, &mut output)?;
        let output = String::from_utf8_lossy(&output).replace('\r', "");
        let backtrace = boot.backtrace.take();
        let end = match step {
            Step::Ended(end) => {
                self.running = Some(boot);
                end
            }
            Step::Lost(end) => end,
        };
        Ok(TestResult { end, output, backtrace })
    }

    /// Boots the program for these tests.
    fn boot(&self, tests: &[TargetTest], progress: &dyn Progress) -> Result<Boot, SessionError> {
        if qemu::is_silent(&self.manifest.gen_config) {
            return Err(SessionError::Silent);
        }
        interrupt::watch();
        let folder = Scratch::new().map_err(SessionError::Scratch)?;
        let mut variables = self.variables.clone();
        variables.push((SELECTED.to_owned(), indices(tests)));
        let arguments = Arguments {
            words: Vec::new(),
            variables,
        };
        let purpose = Purpose::OneBoot(&arguments);
        let image = image::make(
            &self.cache,
            &self.manifest,
            &self.platform,
            &self.elf,
            folder.path(),
            purpose,
            progress,
        )?;
        let machine = Machine {
            platform: &self.platform,
            manifest: &self.manifest,
        };
        let prepared = qemu::prepare(machine, &image, &self.settings, progress)?;
        let (sender, events) = channel();
        let signals = interrupt::ends_run(&sender);
        // Tests have no input.
        let machine = prepared.start_in_background(&image.guest, sender)?;
        Ok(Boot {
            machine: Box::new(machine),
            events,
            _signals: signals,
            _image: prepared,
            _folder: folder,
            fault: None,
            backtrace: None,
        })
    }

    /// Waits until the test begins.
    fn begin(&self, boot: &mut Boot, test: &TargetTest) -> Result<(), SessionError> {
        let expected = format!("begin,{}", test.index);
        let deadline = self.until(Instant::now() + BOOT);
        let mut output = Vec::new();
        let not_begun = |why: String, output: &[u8]| SessionError::NotBegun {
            why,
            output: String::from_utf8_lossy(output).replace('\r', "").trim_end().to_owned(),
        };
        loop {
            let why = match boot.next(deadline) {
                Next::Text(text) => {
                    output.extend(text);
                    continue;
                }
                Next::Message(name, value) if name == "test" && value == expected => return Ok(()),
                Next::Message(..) | Next::GoesOn => continue,
                Next::Exit(code) => format!("it ended with exit code {code}"),
                Next::End(end) => end.to_string(),
                Next::Closed(why) => why,
                Next::Signal(signal) => return Err(SessionError::Interrupted(signal)),
                Next::TimedOut if self.is_over() => return Err(SessionError::TimedOut),
                Next::TimedOut => format!("nothing came within {} s", BOOT.as_secs()),
            };
            return Err(not_begun(why, &output));
        }
    }

    /// Follows the running test to its end.
    fn follow(&self, boot: &mut Boot, test: &TargetTest, output: &mut Vec<u8>) -> Result<Step, SessionError> {
        let deadline = self.until(Instant::now() + test.timeout);
        loop {
            match boot.next(deadline) {
                Next::Text(text) => self.print(&text, output),
                Next::Message(name, value) => {
                    if let Some(end) = boot.read(&name, &value, test) {
                        return Ok(Step::Ended(end));
                    }
                }
                Next::GoesOn => {}
                Next::Exit(code) => return Ok(Step::Lost(TestEnd::Exited(code))),
                Next::End(end) => {
                    if !self.was_wrong(boot, output)? {
                        return Ok(Step::Lost(TestEnd::Ended(end)));
                    }
                }
                Next::Closed(why) => return Ok(Step::Lost(TestEnd::Stopped(why))),
                Next::Signal(signal) => return Err(SessionError::Interrupted(signal)),
                Next::TimedOut if self.is_over() => return Err(SessionError::TimedOut),
                Next::TimedOut => return Ok(Step::Lost(TestEnd::TimedOut(test.timeout))),
            }
        }
    }

    /// Whether what follows shows that an end was none.
    fn was_wrong(&self, boot: &mut Boot, output: &mut Vec<u8>) -> Result<bool, SessionError> {
        let deadline = Instant::now() + QUIET;
        loop {
            match boot.next(deadline) {
                Next::Text(text) => self.print(&text, output),
                Next::GoesOn => return Ok(true),
                Next::Signal(signal) => return Err(SessionError::Interrupted(signal)),
                Next::TimedOut | Next::Closed(_) | Next::Exit(_) => return Ok(false),
                Next::Message(..) | Next::End(_) => {}
            }
        }
    }

    fn print(&self, text: &[u8], output: &mut Vec<u8>) {
        if self.shows_output {
            // If nobody reads it, the results still count.
            let _ = io::stdout().write_all(text).and_then(|()| io::stdout().flush());
        }
        output.extend(text);
    }

    fn until(&self, limit: Instant) -> Instant {
        self.deadline.map_or(limit, |deadline| deadline.min(limit))
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// What happens next in a boot.
enum Next {
    Text(Vec<u8>),
    Message(String, String),
    Exit(i32),
    End(End),
    GoesOn,
    Closed(String),
    Signal(i32),
    TimedOut,
}

impl Boot {
    fn next(&mut self, deadline: Instant) -> Next {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.events.recv_timeout(left) {
            Ok(Event::Text(text)) => Next::Text(text),
            Ok(Event::Observed(Observation::Message { name, value })) => Next::Message(name, value),
            Ok(Event::Observed(Observation::Exit(code))) => Next::Exit(code),
            Ok(Event::Observed(Observation::End(end))) => Next::End(end),
            Ok(Event::Observed(Observation::GoesOn)) => Next::GoesOn,
            // The thread of a test's own is stopped, and the test would wait for it in vain.
            Ok(Event::Observed(Observation::OtherThread(fault))) => Next::End(End::OtherFaulted(fault)),
            Ok(Event::Observed(Observation::Stranger(_)) | Event::OutputClosed | Event::Booted) => {
                Next::Text(Vec::new())
            }
            Ok(Event::Signal(signal)) => Next::Signal(signal),
            Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => Next::Closed(match self.machine.wait() {
                Ok(outcome) => outcome.of_machine(),
                Err(error) => error.to_string(),
            }),
            Err(RecvTimeoutError::Timeout) => Next::TimedOut,
        }
    }

    /// The end of a test that a message tells.
    fn read(&mut self, name: &str, value: &str, test: &TargetTest) -> Option<TestEnd> {
        if name == "backtrace" {
            self.backtrace = Some(value.to_owned());
            return None;
        }
        if name == "fault" {
            let mut parts = value.split(',');
            self.fault = Some(Fault {
                what: parts.next()?.to_owned(),
                instruction: parts.next()?.to_owned(),
                thread: None,
                is_overflow: parts.next() == Some("guard"),
            });
            return None;
        }
        let rest = value.strip_prefix("end,").filter(|_| name == "test")?;
        let (index, how) = rest.split_once(',')?;
        if index.parse() != Ok(test.index) {
            return None;
        }
        let fault = self.fault.take();
        Some(match (how, fault) {
            ("ok", _) => TestEnd::Returned,
            ("panicked", _) => TestEnd::Panicked,
            ("faulted", Some(fault)) => TestEnd::Faulted(fault),
            _ => TestEnd::Failed,
        })
    }
}

/// The tests' indices in their order, with runs of consecutive ones as `first-last`.
fn indices(tests: &[TargetTest]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for test in tests {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == test.index => *last = test.index,
            _ => ranges.push((test.index, test.index)),
        }
    }
    let text = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_indices_are_joined() {
        let tests = [3, 4, 5, 1, 7].map(|index| TargetTest {
            index,
            name: String::new(),
            ignored: None,
            should_panic: None,
            timeout: BOOT,
        });
        assert_eq!(indices(&tests), "3-5,1,7");
        assert_eq!(indices(&[]), "");
    }
}
