//! Finding libclang, which is a library and not a program, as bindgen does.

use std::path::PathBuf;

/// The file that bindgen would load: in `LIBCLANG_PATH` if that is set, or else where the system
/// has it.
pub fn find() -> Option<PathBuf> {
    let library = clang_sys::load_manually().ok()?;
    Some(library.path().to_owned())
}
