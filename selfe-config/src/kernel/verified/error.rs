//! Why a configuration of the kernel's proofs can't be read or used.

use std::path::PathBuf;

/// Why a configuration of the kernel's proofs can't be read or used.
#[derive(Debug, thiserror::Error)]
pub enum VerifiedError {
    /// CMake did not read the kernel's files.
    #[error("can't read the verified configurations in {}: {cause}\nthe kernel's release may be unknown to selfe", dir.display())]
    Read {
        /// The folder that holds them.
        dir: PathBuf,
        /// What is wrong, with what CMake said.
        cause: String,
    },
}
