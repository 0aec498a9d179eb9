//! The Python packages that the kernel's build scripts import: from the system, or else from a
//! private virtual environment in the cache.
//!
//! The user's settings for Python and pip don't apply in the environment, except those that say
//! where packages come from.

use super::error::KernelError;
use super::runner::Runner;
use crate::cache::{Cache, Entry, hash, io_error};
use crate::progress::{Progress, Silent};
use crate::release::Release;
use crate::tools::{self, MissingTool};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every virtual environment installs: the PyPI package that depends on everything seL4 needs.
const REQUIREMENT: &str = "sel4-deps==0.9.0";

/// The modules that the scripts of every kernel import: each is also in a Debian package.
const EVERYWHERE: &[&str] = &["jinja2", "yaml", "lxml", "ply"];

/// The modules of the scripts that read a device tree and place the elfloader.
const WITH_DEVICE_TREE: &[&str] = &["jsonschema", "pyfdt", "elftools", "six", "future"];

/// Runs pip with only those of the user's settings that are allowed.
const INSTALL: &str = include_str!("python/install.py");

/// What a kernel's scripts need.
#[derive(Clone, Copy)]
pub struct Needs<'a> {
    /// The kernel's release: the scripts of some releases import more.
    pub release: &'a Release,
    /// Whether it has a device tree, and so an elfloader, which need more packages.
    pub(crate) device_tree: bool,
}

impl<'a> Needs<'a> {
    /// A Python program that succeeds if everything can be imported.
    fn script(self) -> String {
        let mut modules = EVERYWHERE.to_vec();
        modules.extend(self.release.python.modules.iter().map(String::as_str));
        let mut then = "";
        if self.device_tree {
            modules.extend(WITH_DEVICE_TREE);
            // The C library libarchive is not checked here: no Python package installs it.
            then =
                "import importlib.util\nassert importlib.util.find_spec('libarchive'), 'No module named libarchive'\n";
        }
        // A script does not search the current folder, which may contain anything.
        format!(
            "import sys\nsys.path[:] = [dir for dir in sys.path if dir]\nimport {}\n{then}",
            modules.join(", ")
        )
    }

    /// Whether a Python can import everything, run as the build runs it.
    fn met_by(self, python: &Path) -> bool {
        let mut command = plain(Path::new(""), &Silent).command(python);
        command.args(["-c", &self.script()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// The sets of packages to install: one that serves most releases, then one that serves this
    /// release. An environment with the first set is used if it has everything.
    fn requirements(self) -> Vec<Vec<&'a str>> {
        let mut all = vec![vec![REQUIREMENT]];
        if !self.release.python.requirements.is_empty() {
            let own = self.release.python.requirements.iter().map(String::as_str);
            all.push([REQUIREMENT].into_iter().chain(own).collect());
        }
        all
    }
}

/// The folder of a `python3` with every package; none if the one on `PATH` has them.
///
/// # Errors
/// There is no Python, or the virtual environment can't be made.
pub fn find(cache: &Cache, needs: Needs<'_>, progress: &dyn Progress) -> Result<Option<PathBuf>, KernelError> {
    let python = tools::find("python3")?;
    if needs.met_by(&python) {
        return Ok(None);
    }
    let about = About::ask(&python);
    let mut requirements = needs.requirements();
    // If none of them serves, the last one is made.
    let own = requirements.pop().unwrap_or_default();
    let other = requirements.into_iter().find(|other| {
        let entry = entry(cache, &about, other);
        entry.complete().is_some() && needs.met_by(&interpreter(&entry.dir))
    });
    let chosen = other.unwrap_or(own);
    let entry = entry(cache, &about, &chosen);
    // A system upgrade may have removed the Python that it is based on.
    let is_whole = |_: &str| needs.met_by(&interpreter(&entry.dir));
    entry.get_or_make(progress, is_whole, |dir| {
        make(&python, needs, &chosen, dir, &entry.log, progress)?;
        let requirements: Vec<String> = chosen.iter().map(|word| format!("{word:?}")).collect();
        Ok::<_, KernelError>(format!(
            "requirements = [{}]\npython = {:?}\nversion = {:?}\n",
            requirements.join(", "),
            python.display().to_string(),
            about.version
        ))
    })?;
    Ok(Some(entry.dir.join("bin")))
}

/// Whether [`find`] has nothing to install.
pub fn is_at_hand(cache: &Cache, needs: Needs<'_>) -> bool {
    let Ok(python) = tools::find("python3") else {
        return false;
    };
    if needs.met_by(&python) {
        return true;
    }
    let about = About::ask(&python);
    let mut all = needs.requirements().into_iter().map(|all| entry(cache, &about, &all));
    all.any(|entry| entry.complete().is_some() && needs.met_by(&interpreter(&entry.dir)))
}

/// What is asked of a Python.
#[derive(Default)]
struct About {
    /// The ABI of its packages' libraries, such as `cpython-311-x86_64-linux-gnu`.
    abi: String,
    version: String,
}

impl About {
    fn ask(python: &Path) -> Self {
        let mut command = plain(Path::new(""), &Silent).command(python);
        let script =
            "import platform, sysconfig\nprint(sysconfig.get_config_var('SOABI'))\nprint(platform.python_version())";
        let output = command.args(["-I", "-c", script]).output();
        // A Python that can't answer fails soon after, with a better message.
        let said = output
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        let mut lines = said.lines().map(str::to_owned);
        About {
            abi: lines.next().unwrap_or_default(),
            version: lines.next().unwrap_or_default(),
        }
    }
}

/// The environment with these packages. All Pythons with the same ABI share it, wherever they are
/// installed.
fn entry(cache: &Cache, about: &About, requirements: &[&str]) -> Entry {
    let parts = [about.abi.as_str()].into_iter().chain(requirements.iter().copied());
    cache.entry("python", &hash(parts.map(str::as_bytes))[..16])
}

fn interpreter(dir: &Path) -> PathBuf {
    dir.join("bin/python3")
}

fn plain<'a>(log: &'a Path, progress: &'a dyn Progress) -> Runner<'a> {
    Runner {
        path_first: Vec::new(),
        log,
        progress,
    }
}

/// Makes the environment in an empty folder.
fn make(
    python: &Path,
    needs: Needs<'_>,
    requirements: &[&str],
    dir: &Path,
    log: &Path,
    progress: &dyn Progress,
) -> Result<(), KernelError> {
    let _ = std::fs::remove_file(log);
    let tools = plain(log, progress);
    // pip unpacks into this folder, so that removing a killed run's leftovers removes all of it.
    let temporary = dir.join("tmp");
    std::fs::create_dir(&temporary).map_err(io_error("create", &temporary))?;
    let mut venv = tools.command(python);
    venv.args(["-I", "-m", "venv"]).arg(dir).env("TMPDIR", &temporary);
    tools
        .run("making a virtual environment for the kernel's Python scripts", venv)
        .map_err(|error| match error {
            KernelError::Step(step) if step.tail.contains("ensurepip is not available") => {
                KernelError::MissingTool(MissingTool {
                    program: "python3-venv".to_owned(),
                    install: tools::install_line("python3-venv"),
                })
            }
            other => other,
        })?;
    let script = dir.join("install.py");
    std::fs::write(&script, INSTALL).map_err(io_error("write", &script))?;
    let what = "installing the kernel's Python packages";
    // This runs in the user's environment: proxies, certificates and the like apply. The script
    // removes the rest.
    let mut pip = Command::new(interpreter(dir));
    pip.arg("-I").arg(&script).args(requirements);
    pip.env("TMPDIR", &temporary)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    tools.run(what, pip)?;
    let _ = std::fs::remove_dir_all(&temporary);
    // pip also succeeds if a setting made it install the packages elsewhere or nowhere.
    let mut import = tools.command(&interpreter(dir));
    import.args(["-c", &needs.script()]);
    tools.run(
        "importing the packages that pip has installed for the kernel's scripts",
        import,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release;

    #[test]
    fn a_release_asks_for_what_its_own_scripts_import() {
        let needs = |name: &str| Needs {
            release: release::by_name(name).unwrap(),
            device_tree: false,
        };
        let old = needs("12.1.0");
        assert!(old.script().contains("past, pkg_resources, six"), "{}", old.script());
        assert_eq!(
            old.requirements(),
            [vec![REQUIREMENT], vec![REQUIREMENT, "setuptools<81"]]
        );
        assert_eq!(needs("16.0.0").requirements(), [vec![REQUIREMENT]]);
        // Debian 13 has no package of `future`, which provides `past`, and the newest kernels don't
        // need it.
        assert!(needs("15.0.0").script().contains("ply, past"));
        assert!(needs("16.0.0").script().contains("import jinja2, yaml, lxml, ply\n"));
    }

    #[test]
    fn pythons_share_an_environment_by_what_they_can_load() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path()).unwrap();
        let about = |abi: &str, version: &str| About {
            abi: abi.to_owned(),
            version: version.to_owned(),
        };
        let dir = |about: &About| entry(&cache, about, &[REQUIREMENT]).dir;
        let one = about("cpython-311-x86_64-linux-gnu", "3.11.2");
        assert_eq!(dir(&one), dir(&about("cpython-311-x86_64-linux-gnu", "3.11.7")));
        assert_ne!(dir(&one), dir(&about("cpython-313-x86_64-linux-gnu", "3.13.5")));
    }
}
