//! Places in sel4.toml.

/// The place of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table, such as `sel4.config.debug`.
    pub table: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}
