//! What builds of the example application cost: from nothing, with the kernel in the cache, and
//! when everything is up to date.

use crate::run::{Failure, cargo, clean, run, target_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How often a build that is up to date is repeated; the shortest time counts.
const REPEATED: usize = 20;

/// The folder with the build output, and a cache of its own.
struct Folder {
    dir: PathBuf,
}

/// The lines about builds.
///
/// # Errors
/// A build fails, or a folder can't be written.
pub fn times() -> Result<Vec<(String, String)>, Failure> {
    let folder = Folder {
        dir: target_dir().join("bench"),
    };
    folder.remove("cache")?;
    folder.remove("target")?;
    let mut lines = Vec::new();
    let mut line = |what: &str, value: String| lines.push((what.to_owned(), value));
    let cold = timed(folder.build("example_application"))?;
    line("cargo build, nothing cached", format!("{:.1} s", cold.as_secs_f64()));
    line("  kernels built", folder.kernels()?.to_string());
    folder.remove("target")?;
    let warm = timed(folder.build("example_application"))?;
    line("cargo build, the kernel cached", format!("{:.1} s", warm.as_secs_f64()));
    line("  kernels built since", (folder.kernels()? - 1).to_string());
    run(folder.cargo(["clean", "--quiet", "-p", "selfe-sys"]))?;
    let bindings = timed(folder.build("selfe-sys"))?;
    line("selfe-sys alone", format!("{:.1} s", bindings.as_secs_f64()));
    let empty = shortest(|| folder.empty_crate())?;
    let nothing = shortest(|| Ok(folder.build("example_application")))?;
    let ratio = nothing.as_secs_f64() / empty.as_secs_f64();
    let times = format!("{:.3} s, {ratio:.1} times an empty crate's", nothing.as_secs_f64());
    line("cargo build, nothing to do", times);
    Ok(lines)
}

impl Folder {
    /// Cargo with the folder's cache and target folder.
    fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = clean(cargo(arguments));
        command.env("SELFE_CACHE_DIR", self.dir.join("cache"));
        command.env("CARGO_TARGET_DIR", self.dir.join("target"));
        command
    }

    fn build(&self, package: &str) -> Command {
        self.cargo(["build", "--quiet", "-p", package])
    }

    /// The build of an empty crate.
    fn empty_crate(&self) -> Result<Command, Failure> {
        let dir = self.dir.join("empty");
        let write = |name: &str, text: &str| {
            let path = dir.join(name);
            if path.is_file() {
                return Ok(());
            }
            let made = fs::create_dir_all(dir.join("src")).and_then(|()| fs::write(&path, text));
            made.map_err(|error| Failure::step(format!("{}: {error}", path.display()), None))
        };
        write(
            "Cargo.toml",
            "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n",
        )?;
        write("src/main.rs", "fn main() {}\n")?;
        let mut command = self.cargo(["build", "--quiet"]);
        command.current_dir(dir);
        Ok(command)
    }

    /// The number of kernels in the cache.
    fn kernels(&self) -> Result<usize, Failure> {
        let dir = self.dir.join("cache/build");
        let entries = fs::read_dir(&dir).map_err(|error| Failure::step(format!("{}: {error}", dir.display()), None))?;
        Ok(entries.flatten().filter(|entry| entry.path().is_dir()).count())
    }

    fn remove(&self, name: &str) -> Result<(), Failure> {
        remove(&self.dir.join(name))
    }
}

fn remove(dir: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(dir) {
        Err(error) if dir.exists() => Err(Failure::step(format!("{}: {error}", dir.display()), None)),
        _ => Ok(()),
    }
}

fn timed(command: Command) -> Result<Duration, Failure> {
    let start = Instant::now();
    run(command)?;
    Ok(start.elapsed())
}

/// The shortest time of many runs, after one that is not counted.
fn shortest(command: impl Fn() -> Result<Command, Failure>) -> Result<Duration, Failure> {
    run(command()?)?;
    let mut best = Duration::MAX;
    for _ in 0..REPEATED {
        best = best.min(timed(command()?)?);
    }
    Ok(best)
}
