//! Why a configuration can't be used.

use crate::arch::UnknownName;
use crate::error_kind::ErrorKind;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// The rule for the name of a platform.
pub(super) const PLATFORM_NAME: &str = "the name is also used for a folder, so it must not contain a slash, a backslash or a control character, and must not be `.` or `..`";

/// Why a configuration can't be used. Each text is complete: what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file can't be read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file's bytes are not text.
    #[error("{}:{line}: this is not UTF-8 from byte {column} of the line on\nsel4.toml is a text file in UTF-8: save it in that encoding", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first invalid byte, from 1.
        line: usize,
        /// That byte's place in the line, from 1.
        column: usize,
    },
    /// Something in the text is invalid.
    #[error("{0}")]
    Invalid(Box<Invalid>),
    /// An architecture's name is unknown.
    #[error(transparent)]
    Name(#[from] UnknownName),
    /// The sel4_arch does not belong to the arch.
    #[error("sel4_arch `{sel4_arch}` belongs to arch `{}`, not to `{arch}`\nleave the arch out, or name the right one", sel4_arch.arch())]
    ArchMismatch {
        /// The architecture family that was asked for.
        arch: crate::arch::Arch,
        /// The architecture that was asked for.
        sel4_arch: crate::arch::SeL4Arch,
    },
    /// No `[build.PLATFORM]` for the chosen platform.
    #[error(
        "platform `{platform}` is not set up in {}: there is no table [build.{platform}]{}\n{}",
        place(path),
        did_you_mean(nearest),
        if known.is_empty() { format!("add one: [build.{platform}]") } else { format!("choose one of {}, or add [build.{platform}]", known.join(", ")) }
    )]
    NoBuildTable {
        /// The platform that was asked for.
        platform: String,
        /// The file, if there is one.
        path: Option<PathBuf>,
        /// The platforms that have a table.
        known: Vec<String>,
        /// A similar name among them.
        nearest: Option<String>,
    },
    /// The name is not valid for a platform.
    #[error("`{}` can't be the name of a platform\n{PLATFORM_NAME}", .0.escape_debug())]
    PlatformName(String),
    /// Neither selfe nor the configuration knows the platform.
    #[error(
        "unknown platform `{platform}`{}\nselfe knows {}; a board of your own goes into sel4.toml as [platform.{platform}]",
        did_you_mean(nearest),
        known.join(", ")
    )]
    UnknownPlatform {
        /// The platform that was asked for.
        platform: String,
        /// The platforms that selfe knows.
        known: Vec<String>,
        /// A similar name among them.
        nearest: Option<String>,
    },
    /// No platform was named, and there is no usual one for the architecture.
    #[error(
        "no platform was named, and none is the usual one for {sel4_arch}\n{}",
        if known.is_empty() {
            format!("describe one in sel4.toml as [platform.NAME] with [platform.NAME.sel4_arch.{sel4_arch}]")
        } else {
            format!("name one of {}: SEL4_PLATFORM for cargo, --platform for selfe", known.join(", "))
        }
    )]
    NoDefaultPlatform {
        /// The architecture.
        sel4_arch: crate::arch::SeL4Arch,
        /// The platforms that run it.
        known: Vec<String>,
    },
    /// The platform has no such architecture.
    #[error("platform `{platform}` does not run {sel4_arch}; it runs {}", known.join(", "))]
    NotOnPlatform {
        /// The platform.
        platform: String,
        /// The architecture that was asked for.
        sel4_arch: String,
        /// The architectures that it runs.
        known: Vec<String>,
    },
}

impl ImportError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }
}

fn place(path: &Option<PathBuf>) -> String {
    path.as_ref()
        .map_or_else(|| "the configuration".to_owned(), |path| path.display().to_string())
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// Something invalid in the text of a configuration, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong.
    pub title: String,
    /// A label for the place itself.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file, if there is one.
    pub path: Option<PathBuf>,
    /// The whole text.
    pub text: String,
    /// The byte range in the text.
    pub span: Range<usize>,
}

impl Invalid {
    /// Line and column of the place, both from 1; columns count characters.
    pub fn line_column(&self) -> (usize, usize) {
        line_column(&self.text, self.span.start)
    }
}

/// Line and column of a byte in a text, both from 1; columns count characters.
pub fn line_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self
            .path
            .as_ref()
            .map_or("sel4.toml".into(), |path| path.to_string_lossy());
        let span = self.span.start.min(self.text.len())..self.span.end.min(self.text.len());
        let annotation = AnnotationKind::Primary.span(span).label(self.label.as_str());
        let snippet = Snippet::source(self.text.as_str()).path(path).annotation(annotation);
        let mut report: Group<'_> = Level::ERROR.primary_title(self.title.as_str()).element(snippet);
        if let Some(help) = &self.help {
            report = report.element(Level::HELP.message(help.as_str()));
        }
        let rendered = Renderer::plain().render(&[report]);
        f.write_str(rendered.strip_prefix("error: ").unwrap_or(&rendered))
    }
}
