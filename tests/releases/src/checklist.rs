//! A list of checks with their results, and what to do about them.

use std::fmt;

/// The result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Ok,
    /// Different from the previous release: worth reading, but not wrong.
    Differs,
    /// Somebody has to act.
    ToDo,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Ok => "ok",
            State::Differs => "changed",
            State::ToDo => "TO DO",
        })
    }
}

/// The list. It is printed line by line, because building a kernel takes a while.
#[derive(Debug, Default)]
pub struct Checklist {
    to_do: usize,
}

impl Checklist {
    /// Prints a result.
    pub fn add(&mut self, state: State, what: impl fmt::Display) {
        println!("{state:<8} {what}");
        if state == State::ToDo {
            self.to_do += 1;
        }
    }

    /// Prints a detail of the last result.
    pub fn detail(&self, what: impl fmt::Display) {
        for line in what.to_string().lines() {
            println!("         {line}");
        }
    }

    /// The number of results that ask for action.
    pub fn to_do(&self) -> usize {
        self.to_do
    }
}
