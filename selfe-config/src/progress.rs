//! How long-running steps report progress, without knowing who watches.

/// Receives the reports of a long-running step. Every method may do nothing.
pub trait Progress: Sync {
    /// A step begins, such as "fetching seL4 at 16.0.0".
    fn begin(&self, step: &str) {
        let _ = step;
    }
    /// `done` of `total` parts of the current step are finished (`total` > 0).
    fn advance(&self, done: u64, total: u64) {
        let _ = (done, total);
    }
    /// The current step is over.
    fn end(&self) {}
    /// One line of a tool's own output, for users who want to see it.
    fn detail(&self, line: &str) {
        let _ = line;
    }
    /// Something that was reached.
    fn note(&self, line: &str) {
        let _ = line;
    }
    /// Something the user should know although nothing failed.
    fn warn(&self, message: &str);
}

/// Ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn warn(&self, _: &str) {}
}
