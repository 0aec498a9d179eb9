//! What cargo was asked to build, as far as the process that started this build script shows it.
//!
//! A dependency's build script is not told which crate is being built, nor where its workspace is.
//! But cargo itself starts the script, so the current folder and the arguments of the parent
//! process are cargo's.

use std::ffi::OsString;
use std::path::PathBuf;

/// What cargo was asked to build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The folder in which cargo was started.
    pub folder: PathBuf,
    /// The manifest that `--manifest-path` names, or the one in the folder of `cargo install
    /// --path`.
    pub manifest: Option<PathBuf>,
    /// The packages named by `-p`.
    pub packages: Vec<String>,
    /// Whether all members of the workspace are to be built.
    pub is_whole_workspace: bool,
    /// Whether it is a program that `cargo install` downloads, unrelated to the folder.
    pub is_foreign: bool,
    /// Whether cargo is to run what it builds: `cargo run`, `cargo test`, or the aliases for them
    /// that `selfe new` writes.
    pub runs: bool,
}

impl Asked {
    /// Inspects the parent of this process. If the system does not show it, only cargo's folder is
    /// known, and only from a shell.
    pub fn of_parent() -> Option<Self> {
        #[cfg(target_os = "linux")]
        if let Some(asked) = of_process(std::os::unix::process::parent_id()) {
            return Some(asked);
        }
        let folder = std::env::var_os("PWD").map(PathBuf::from);
        let folder = folder.filter(|folder| folder.is_absolute())?;
        Some(Asked {
            folder,
            ..Asked::default()
        })
    }

    /// Reads cargo's arguments, without the program's name.
    fn parse(folder: PathBuf, arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut asked = Asked {
            folder,
            ..Asked::default()
        };
        let mut arguments = arguments.into_iter().take_while(|argument| argument != "--");
        let (mut command, mut no_run) = (None, false);
        while let Some(argument) = arguments.next() {
            let argument = argument.to_string_lossy().into_owned();
            if command.is_none() {
                match argument.as_str() {
                    // The next word is the flag's value.
                    "--config" | "--color" | "-C" | "-Z" => drop(arguments.next()),
                    word if !word.starts_with('-') => command = Some(argument.clone()),
                    _ => {}
                }
            }
            no_run |= argument == "--no-run";
            if matches!(argument.as_str(), "--workspace" | "--all") {
                asked.is_whole_workspace = true;
                continue;
            }
            let Some((flag, attached)) = split(&argument) else {
                continue;
            };
            let value = attached
                .map(OsString::from)
                .or_else(|| arguments.next())
                .unwrap_or_default();
            match flag {
                "-p" => asked.packages.push(value.to_string_lossy().into_owned()),
                "--path" => asked.manifest = Some(asked.folder.join(value).join("Cargo.toml")),
                _ => asked.manifest = Some(asked.folder.join(value)),
            }
        }
        let runs = |command: &str| {
            matches!(command, "run" | "r" | "test" | "t" | "xtest")
                || command.starts_with("run-")
                || command.starts_with("test-")
        };
        asked.runs = command.as_deref().is_some_and(runs) && !no_run;
        asked.is_foreign = command.as_deref() == Some("install") && asked.manifest.is_none();
        asked
    }

    /// Whether `-p` names the package: by its name, with a version, or as a URL.
    pub fn names(&self, package: &str) -> bool {
        self.packages.iter().any(|spec| {
            let name = match spec.split_once('#') {
                // A URL that ends with the package's name is followed by the version only.
                Some((url, tail)) if tail.starts_with(|first: char| first.is_ascii_digit()) => {
                    url.trim_end_matches('/').rsplit('/').next().unwrap_or(url)
                }
                Some((_, tail)) => tail,
                None => spec,
            };
            name.split(['@', ':']).next() == Some(package)
        })
    }
}

/// A flag that matters here, with the value attached to it.
fn split(argument: &str) -> Option<(&'static str, Option<String>)> {
    let (word, value) = match argument.split_once('=') {
        Some((word, value)) => (word, Some(value.to_owned())),
        None => (argument, None),
    };
    match word {
        "-p" | "--package" => Some(("-p", value)),
        "--manifest-path" => Some(("--manifest-path", value)),
        "--path" => Some(("--path", value)),
        // Flags without a value may precede it, as in `-rp a` and `-vpa`.
        _ => argument
            .strip_prefix('-')?
            .trim_start_matches(['v', 'q', 'r', 'n'])
            .strip_prefix('p')
            .map(|name| name.trim_start_matches('='))
            .map(|name| ("-p", (!name.is_empty()).then(|| name.to_owned()))),
    }
}

#[cfg(target_os = "linux")]
fn of_process(id: u32) -> Option<Asked> {
    use std::os::unix::ffi::OsStringExt;
    let process = PathBuf::from(format!("/proc/{id}"));
    let folder = std::fs::read_link(process.join("cwd")).ok()?;
    let line = std::fs::read(process.join("cmdline")).ok()?;
    let words = line.split(|&byte| byte == 0).skip(1);
    Some(Asked::parse(
        folder,
        words.map(|word| OsString::from_vec(word.to_vec())),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Asked {
        Asked::parse(PathBuf::from("/w"), line.split(' ').map(OsString::from))
    }

    #[test]
    fn each_spelling_of_a_package() {
        for line in [
            "run -p a",
            "run -pa",
            "build -p=a",
            "build --package a --release",
            "check --package=a",
            "build -rp a",
            "build -qp=a",
            "build -vvpa",
            "build -p a@0.1.0",
            "build -p a:0.1.0",
            "build -p path+file:///w/a#0.1.0",
            "build -p path+file:///w/folder#a@0.1.0",
        ] {
            assert!(asked(line).names("a"), "{line}");
            assert!(!asked(line).names("b"), "{line}");
        }
        assert!(!asked("run -- -p a").names("a"), "the program's own arguments");
        assert!(asked("run --profile a -v -j p --print a").packages.is_empty());
    }

    #[test]
    fn what_is_run_afterwards() {
        for (line, runs) in [
            ("run", true),
            ("--config x r", true),
            ("test --no-fail-fast", true),
            ("test-virt", true),
            ("test --no-run", false),
            ("build run", false),
            ("check --all-targets", false),
            ("clippy", false),
        ] {
            assert_eq!(asked(line).runs, runs, "{line}");
        }
        assert!(asked("test -- --no-run").runs, "the program's own arguments");
    }

    #[test]
    fn the_manifest_counts_from_cargo_s_folder() {
        let manifest = |line| asked(line).manifest;
        assert_eq!(
            manifest("run --manifest-path x/Cargo.toml"),
            Some("/w/x/Cargo.toml".into())
        );
        assert_eq!(
            manifest("run --manifest-path=/x/Cargo.toml"),
            Some("/x/Cargo.toml".into())
        );
        assert_eq!(manifest("install --path x"), Some("/w/x/Cargo.toml".into()));
        assert_eq!(manifest("run --profile x"), None);
        for (line, is_foreign) in [
            ("install a", true),
            ("--config x -C install install --git url a", true),
            ("install --path x", false),
            ("run install", false),
            ("--color install build", false),
        ] {
            assert_eq!(asked(line).is_foreign, is_foreign, "{line}");
        }
        assert!(asked("check --workspace").is_whole_workspace);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_shows_its_folder() {
        let own = of_process(std::process::id()).unwrap();
        assert_eq!(own.folder, std::env::current_dir().unwrap());
    }
}
