//! A list of what was looked at, how it is, and what to do.

use std::fmt;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Ok,
    /// Other than in the release before: to be read, and nothing is wrong.
    Differs,
    /// Something is to be done.
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

/// The list, printed line by line: a kernel's build takes its time.
#[derive(Debug, Default)]
pub struct Checklist {
    to_do: usize,
}

impl Checklist {
    /// One more line.
    pub fn add(&mut self, state: State, what: impl fmt::Display) {
        println!("{state:<8} {what}");
        if state == State::ToDo {
            self.to_do += 1;
        }
    }

    /// A line below the last one that belongs to it.
    pub fn detail(&self, what: impl fmt::Display) {
        for line in what.to_string().lines() {
            println!("         {line}");
        }
    }

    /// How many lines ask for something.
    pub fn to_do(&self) -> usize {
        self.to_do
    }
}
