//! The chosen platforms, each with the Rust target that the project builds for it.

use super::Wishes;
use crate::exit::Failure;
use selfe_config::ErrorKind;
use selfe_config::model::{Document, Platform, SeL4Arch};
use selfe_config::platform::PlatformData;

/// A chosen platform.
pub struct Board {
    pub platform: PlatformData,
    /// The Rust target.
    pub target: String,
    /// What links for it, if rustc does not bring a linker.
    pub linker: Option<String>,
}

impl Board {
    /// Whether its programs are of this computer's own target, for which cargo builds without
    /// `--target`.
    pub fn is_host(&self) -> bool {
        self.target == host()
    }
}

/// This computer's Rust target: selfe itself was compiled for it.
fn host() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

impl Wishes {
    /// The chosen platforms, each once.
    ///
    /// # Errors
    /// A name is unknown, or the platform has no Rust target.
    pub fn boards(&self) -> Result<Vec<Board>, Failure> {
        let document = Document::embedded();
        let mut boards: Vec<Board> = Vec::new();
        for name in &self.platforms {
            let platform = document.platform(&Platform(name.clone()))?;
            if boards.iter().all(|board| board.platform.name != platform.name) {
                boards.push(board(platform)?);
            }
        }
        Ok(boards)
    }
}

fn board(platform: &PlatformData) -> Result<Board, Failure> {
    let host_arch: Option<SeL4Arch> = std::env::consts::ARCH.parse().ok();
    let own = host_arch.filter(|arch| platform.sel4_arch.contains_key(arch));
    let usual = platform.sel4_arch.iter().find(|(_, arch)| arch.default_for_target);
    let sel4_arch = own
        .or(usual.map(|(name, _)| *name))
        .or(platform.sel4_arch.keys().next().copied());
    let arch = sel4_arch.and_then(|name| platform.sel4_arch.get(&name));
    let host = host();
    let target = arch.and_then(|arch| {
        let is_host = |target: &&String| **target == host;
        arch.rust_targets.iter().find(is_host).or(arch.rust_targets.first())
    });
    let Some((arch, target)) = arch.zip(target) else {
        let message = format!("platform `{}` has no Rust target", platform.name);
        return Err(Failure::new(ErrorKind::Usage, message));
    };
    let is_foreign_linux = target.contains("-linux-") && *target != host;
    let prefix = arch.cross_compiler_prefix.as_deref();
    Ok(Board {
        platform: platform.clone(),
        target: target.clone(),
        linker: prefix.filter(|_| is_foreign_linux).map(|prefix| format!("{prefix}gcc")),
    })
}
