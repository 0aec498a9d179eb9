//! An option that the kernel did not use as requested, and why.

use crate::release::Past;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An option that the kernel did not use as requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionReport {
    /// The option's name.
    pub name: String,
    /// The requested value, as CMake reads it.
    pub asked: String,
    /// What happened to it.
    pub verdict: Verdict,
}

/// What happened to an option that was not used as requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Verdict {
    /// The kernel has no such option.
    Unknown {
        /// A similar name that the kernel has.
        nearest: Option<String>,
        /// What other releases say about it.
        past: Option<Past>,
    },
    /// It was renamed in a release.
    Renamed {
        /// The current name.
        to: String,
        /// The first release with that name.
        since: String,
        /// Why the value was not used even so: what else sets the option.
        instead: Option<String>,
    },
    /// Another option replaced it in a release.
    Implied {
        /// That option.
        by: String,
        /// The first release in which it did.
        since: String,
    },
    /// It names a platform or a board as another release does.
    Board {
        /// The kernel's platform, the value of `KernelPlatform`.
        platform: String,
        /// The option that names the board, with its value, if there are several.
        board: Option<String>,
    },
    /// The kernel has it, but not for this architecture or platform.
    NotHere,
    /// The kernel's dependencies forced another value.
    Forced {
        /// The value that the kernel uses.
        value: String,
        /// The dependencies that don't hold, in CMake's syntax, if they are known.
        #[serde(default)]
        needs: Vec<String>,
    },
    /// It is not one of the option's valid values; the kernel uses another one.
    Replaced {
        /// The value that the kernel uses.
        value: String,
        /// The valid values.
        valid: Vec<String>,
    },
}

impl fmt::Display for OptionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}: ", self.name, self.asked)?;
        match &self.verdict {
            Verdict::Renamed {
                to,
                since,
                instead: None,
            } => {
                write!(f, "renamed to {to} in {since}; using the new name")
            }
            Verdict::Renamed {
                to,
                since,
                instead: Some(instead),
            } => write!(f, "renamed to {to} in {since}; ignored, because {instead}"),
            Verdict::Implied { by, since } => write!(f, "ignored; since {since}, {by} decides this"),
            Verdict::Board { platform, board } => {
                write!(f, "using KernelPlatform = {platform}")?;
                match board {
                    Some(board) => write!(
                        f,
                        " with {board}; since 11.0.0 the first names the platform and the second its board"
                    ),
                    None => Ok(()),
                }
            }
            other => write!(f, "not used: {other}"),
        }
    }
}

impl fmt::Display for Verdict {
    /// Why an option was not used as requested, in a few words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Unknown { past: Some(past), .. } => write!(f, "this kernel has no such option: {past}"),
            Verdict::Unknown {
                nearest: Some(near), ..
            } => write!(f, "this kernel has no such option; did you mean {near}?"),
            Verdict::Unknown { .. } => f.write_str("this kernel has no such option"),
            Verdict::Renamed { to, since, .. } => write!(f, "renamed to {to} in {since}"),
            Verdict::Implied { by, since } => write!(f, "decided by {by} since {since}"),
            Verdict::Board { platform, board } => {
                let board = board.iter().map(|board| format!(" with {board}"));
                write!(f, "read as KernelPlatform = {platform}{}", board.collect::<String>())
            }
            Verdict::NotHere => f.write_str("this kernel has no such option for this architecture and platform"),
            Verdict::Forced { value, needs } if needs.is_empty() => write!(f, "another option forces it to be {value}"),
            Verdict::Forced { value, needs } => write!(f, "it needs {}, so it is {value}", needs.join(" and ")),
            Verdict::Replaced { value, valid } if valid.is_empty() => write!(f, "the kernel uses {value}"),
            Verdict::Replaced { value, valid } => {
                write!(f, "the kernel uses {value}; valid values are {}", valid.join(", "))
            }
        }
    }
}
