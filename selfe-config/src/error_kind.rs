//! What kind of failure an error is.

/// What kind of failure an error is: who can do something about it. The errors of this crate have
/// a method `kind` for it; `selfe` has an exit code for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Wrong usage or configuration: sel4.toml, a flag or a variable has to change.
    Usage,
    /// A program that the work needs is not installed.
    MissingTool,
    /// A source could not be reached.
    Unreachable,
    /// The kernel, an image or the cache could not be made.
    Build,
    /// The machine that boots the image failed.
    Run,
}
