//! A verified configuration, and the board that it is for.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A configuration that the kernel's proofs are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedConfig {
    /// Its name: the name of its file without `_verified.cmake`.
    pub name: String,
    /// Its file.
    pub(crate) file: PathBuf,
    /// The options that it sets, by their CMake names; booleans are `ON` and `OFF`. All others have
    /// the kernel's defaults.
    pub options: BTreeMap<String, String>,
}

impl VerifiedConfig {
    /// The board that it is for.
    pub fn board(&self) -> Board {
        Board::of(|name| self.options.get(name).cloned())
    }

    /// Whether it is for the MCS kernel.
    pub fn is_mcs(&self) -> bool {
        self.options.get("KernelIsMCS").is_some_and(|value| value == "ON")
    }
}

/// A board and an architecture, in the kernel's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// `KernelSel4Arch`.
    pub sel4_arch: Option<String>,
    /// `KernelPlatform`.
    pub platform: Option<String>,
    /// The board, if a platform has several: `KernelARMPlatform` or `KernelRiscVPlatform`.
    pub(crate) model: Option<String>,
}

impl Board {
    /// The board that some options name.
    pub fn of(value: impl Fn(&str) -> Option<String>) -> Self {
        Board {
            sel4_arch: value("KernelSel4Arch"),
            platform: value("KernelPlatform"),
            model: value("KernelARMPlatform").or_else(|| value("KernelRiscVPlatform")),
        }
    }

    /// Whether a configuration for that board is one for this board: without a board's name, it is
    /// for the platform's default board.
    pub fn takes(&self, other: &Board) -> bool {
        self.sel4_arch == other.sel4_arch
            && self.platform == other.platform
            && (other.model.is_none() || self.model == other.model)
    }

    /// Its platform, with the board if it names one.
    pub fn words(&self) -> String {
        let platform = self.platform.as_deref().unwrap_or("(no platform)");
        match &self.model {
            Some(model) => format!("{platform} {model}"),
            None => platform.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(words: [&str; 3]) -> Board {
        let [sel4_arch, platform, model] = words.map(|word| Some(word.to_owned()).filter(|word| !word.is_empty()));
        Board {
            sel4_arch,
            platform,
            model,
        }
    }

    #[test]
    fn a_configuration_without_a_model_is_for_the_usual_one() {
        let sabre = board(["aarch32", "imx6", "sabre"]);
        assert!(sabre.takes(&board(["aarch32", "imx6", ""])));
        assert!(!sabre.takes(&board(["aarch32", "imx6", "wandq"])));
        assert!(!sabre.takes(&board(["aarch64", "imx6", ""])));
        assert!(!board(["aarch64", "zynqmp", ""]).takes(&board(["aarch64", "zynqmp", "ultra96v2"])));
    }
}
