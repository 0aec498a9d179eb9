//! An option that names a file that can't be read.

use std::path::PathBuf;

/// An option of sel4.toml names a file that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{}{option} = {value:?}: can't read {}: {cause}\ncorrect the path in sel4.toml: a relative one counts from the folder of that file", at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default(), path.display())]
pub struct NoFile {
    /// The option's place: file, line and column, if it is from a file.
    pub(crate) at: Option<String>,
    /// The option.
    pub(crate) option: String,
    /// Its value.
    pub value: String,
    /// The file, which may be included by another one.
    pub path: PathBuf,
    /// Why it can't be read.
    pub(crate) cause: String,
}
