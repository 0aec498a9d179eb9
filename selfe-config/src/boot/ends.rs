//! The ends that a run seems to have had.

use super::End;
use std::time::Instant;

/// In order of time: the first is the cause, and only the last may turn out to be wrong.
#[derive(Debug, Default)]
pub struct Ends(Vec<(End, Instant)>);

impl Ends {
    /// Adds an end, found at that time.
    pub(crate) fn push(&mut self, end: End, at: Instant) {
        self.0.push((end, at));
    }

    /// The last one was not an end.
    pub(crate) fn void_last(&mut self) {
        self.0.pop();
    }

    /// How the run ended, unless the end turns out to be wrong.
    pub(crate) fn cause(&self) -> Option<&(End, Instant)> {
        self.0.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_void_takes_nothing_with_it() {
        let end = |reason: &str| End::Halted(reason.to_owned());
        let cause = |ends: &Ends| ends.cause().map(|(end, _)| end.clone());
        let mut ends = Ends::default();
        ends.void_last();
        assert_eq!(cause(&ends), None);
        ends.push(end("first"), Instant::now());
        ends.push(end("second"), Instant::now());
        assert_eq!(cause(&ends), Some(end("first")));
        ends.void_last();
        assert_eq!(cause(&ends), Some(end("first")));
        ends.void_last();
        assert_eq!(cause(&ends), None);
    }
}
