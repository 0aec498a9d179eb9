//! The kernel's report of an unhandled fault.
//!
//! The text is the same in every release from 12.1.0 on (`src/kernel/faulthandler.c`), in four
//! forms: debug kernels name the thread on a line of its own, others print the instruction's
//! address right after the fault; MCS kernels begin differently.
//!
//! ```text
//! Caught cap fault in send phase at address 0          Found thread has no fault handler while trying to handle:
//! while trying to handle:
//! vm fault on data at address 0x10 with status 0x6     vm fault on data at address 0x10 with status 0x6at address 0x401000
//! in thread 0xffff… "rootserver" at address 0x401000
//! With stack:                                          With stack:
//! 0x40afc8: 0x401000                                   0x40afc8: INVALID
//! ```

use std::fmt;
use std::ops::Range;

/// An unhandled fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kernel's description.
    pub what: String,
    /// The address of the instruction.
    pub(crate) instruction: String,
    /// The thread's name, which debug kernels print.
    pub(crate) thread: Option<String>,
    /// Whether the address is in the guard page below the first thread's stack.
    pub(crate) is_overflow: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, by the instruction at {}", self.what, self.instruction)?;
        if let Some(thread) = &self.thread {
            write!(f, ", in thread \"{thread}\"")?;
        }
        Ok(())
    }
}

/// What a line shows about the thread that faulted.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is the root task's first thread, or there is no sign that it is another one.
    First(Fault),
    /// It is another one.
    Other(Fault),
    /// The last reported one was another one.
    WasOther,
}

const CAUGHT: &str = "Caught ";
const HANDLING: &str = "while trying to handle:";
const HANDLING_MCS: &str = "Found thread has no fault handler while trying to handle:";
/// The kernel's name for the root task's first thread.
const ROOT_THREAD: &str = "rootserver";
/// The prefix of the kernel's names for all other threads.
const CHILD: &str = "child of: '";
const AT: &str = "at address ";
const PAGE: u64 = 4096;

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// The previous line said what the kernel caught, in a kernel without MCS.
    Caught,
    /// The fault is next.
    Kind,
    /// The thread or the instruction is next.
    Place(String),
    /// The heading of the stack dump is next.
    Heading(Fault),
    /// The first line of the stack dump is next.
    Stack(Fault),
}

/// Reads the report line by line.
#[derive(Debug, Default)]
pub struct Reader {
    state: State,
    /// The address range of the first thread's stack, with its guard page.
    stack: Option<Range<u64>>,
}

impl Reader {
    pub fn new(stack: Option<Range<u64>>) -> Self {
        Reader {
            stack,
            ..Reader::default()
        }
    }

    /// Processes a line that is not empty.
    pub(crate) fn line(&mut self, line: &str) -> Option<Finding> {
        let (next, finding) = match std::mem::take(&mut self.state) {
            State::Caught if line == HANDLING => (State::Kind, None),
            State::Kind => match kind(line) {
                Some((what, Some(instruction))) => self.without_name(what, instruction),
                Some((what, None)) => (State::Place(what.to_owned()), None),
                None => (State::Idle, None),
            },
            State::Place(what) => match (named(line), line.strip_prefix(AT)) {
                (Some((thread, instruction)), _) => {
                    let fault = self.fault(&what, instruction, Some(thread));
                    match thread {
                        ROOT_THREAD => (State::Idle, Some(Finding::First(fault))),
                        // Another program's stack may have the same addresses.
                        child if child.starts_with(CHILD) => (State::Idle, Some(Finding::Other(fault))),
                        _ => (State::Heading(fault), None),
                    }
                }
                (None, Some(instruction)) => self.without_name(&what, instruction),
                (None, None) => (State::Idle, None),
            },
            State::Heading(fault) if line == "With stack:" => (State::Stack(fault), None),
            State::Stack(fault) => (State::Idle, self.by_stack(fault, line)),
            _ => (State::Idle, None),
        };
        self.state = next;
        if matches!(self.state, State::Idle) {
            self.begin(line);
        }
        finding
    }

    /// Output of a program may precede it on the same line.
    fn begin(&mut self, line: &str) {
        if line.ends_with(HANDLING_MCS) {
            self.state = State::Kind;
        } else if let Some(at) = line.rfind(CAUGHT)
            && kind(&line[at + CAUGHT.len()..]).is_some()
        {
            self.state = State::Caught;
        }
    }

    /// A kernel that does not name the thread.
    fn without_name(&self, what: &str, instruction: &str) -> (State, Option<Finding>) {
        let fault = self.fault(what, instruction, None);
        (State::Heading(fault.clone()), Some(Finding::First(fault)))
    }

    /// The stack shows whose it is, if the address range of the first thread's stack is known.
    fn by_stack(&self, fault: Fault, line: &str) -> Option<Finding> {
        let value = line.strip_prefix("0x").and_then(|line| line.split_once(": "));
        let pointer = value.and_then(|(pointer, value)| Some((u64::from_str_radix(pointer, 16).ok()?, value)));
        let is_first = match (&self.stack, pointer) {
            // A wild stack pointer shows nothing; one just outside the stack does.
            (Some(stack), Some((pointer, "INVALID"))) => address(&fault.what)
                .is_some_and(|address| address.abs_diff(pointer) <= PAGE)
                .then(|| (stack.start.saturating_sub(PAGE)..stack.end).contains(&pointer)),
            (Some(stack), Some((pointer, _))) => Some(stack.contains(&pointer)),
            _ => None,
        };
        match (fault.thread.is_some(), is_first) {
            // A program may rename its threads.
            (true, Some(true)) => Some(Finding::First(fault)),
            (true, _) => Some(Finding::Other(fault)),
            (false, Some(false)) => Some(Finding::WasOther),
            (false, _) => None,
        }
    }

    fn fault(&self, what: &str, instruction: &str, thread: Option<&str>) -> Fault {
        let guard = self.stack.as_ref().map(|stack| stack.start..stack.start + PAGE);
        Fault {
            what: what.to_owned(),
            instruction: instruction.to_owned(),
            thread: thread.map(str::to_owned),
            is_overflow: matches!((guard, address(what)), (Some(guard), Some(address)) if guard.contains(&address)),
        }
    }
}

/// The address of the data whose access faulted.
fn address(what: &str) -> Option<u64> {
    let rest = what.strip_prefix("vm fault on data at address 0x")?;
    u64::from_str_radix(rest.split(' ').next()?, 16).ok()
}

/// The fault on a line, and the instruction's address if it follows directly.
fn kind(line: &str) -> Option<(&str, Option<&str>)> {
    // The fault's address ends with a hexadecimal digit and `at` begins with one, so the last `at`
    // is the right one.
    if let Some((what, instruction)) = line.rsplit_once(AT)
        && is_number(instruction)
        && is_kind(what)
    {
        return Some((what, Some(instruction)));
    }
    is_kind(line).then_some((line, None))
}

/// Whether a text is a complete fault description of the kernel's.
fn is_kind(text: &str) -> bool {
    let after = |words: &str| text.strip_prefix(words);
    let numbers = |words: &str, between: &str| {
        let split = after(words).and_then(|rest| rest.split_once(between));
        split.is_some_and(|(first, second)| is_number(first) && is_number(second))
    };
    numbers("vm fault on data at address ", " with status ")
        || numbers("vm fault on code at address ", " with status ")
        || numbers("user exception ", " code ")
        || [
            "cap fault in send phase at address ",
            "cap fault in receive phase at address ",
            "unknown syscall ",
            "Timeout fault for ",
        ]
        .iter()
        .any(|words| after(words).is_some_and(is_number))
        || matches!(text, "null fault" | "unknown fault")
}

/// The kernel's `%p`: zero has no prefix.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The thread's name and the instruction's address.
fn named(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("in thread 0x")?;
    let (_, rest) = rest.split_once(" \"")?;
    let (name, instruction) = rest.rsplit_once("\" at address ")?;
    is_number(instruction).then_some((name, instruction))
}
