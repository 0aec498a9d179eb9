//! The Python packages that the kernel's build scripts import: the system's, else a private virtual environment in the
//! cache.

use super::KernelError;
use super::cmake::Tools;
use crate::cache::{Cache, hash};
use crate::progress::{Progress, Silent};
use crate::tools::{self, MissingTool};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the virtual environment installs: PyPI's package that stands for all of seL4's own.
const REQUIREMENT: &str = "sel4-deps==0.9.0";

/// Finds the modules without which the scripts of every kernel fail: each is a package of Debian's too.
const EVERYWHERE: &str = "import jinja2, yaml, lxml, ply, six, future";

/// Finds those that read a device tree and place the elfloader. Whether libarchive's C library is there is not asked here: no package
/// of Python's mends that.
const WITH_DEVICE_TREE: &str = "import jsonschema, pyfdt, elftools, importlib.util\n\
                                assert importlib.util.find_spec('libarchive')";

/// The folder whose `python3` has every package; none where the one on `PATH` has. Fewer do for a kernel that has no device tree, and so
/// no elfloader around it.
///
/// # Errors
/// There is no Python, or the virtual environment can't be made.
pub fn find(cache: &Cache, with_device_tree: bool, progress: &dyn Progress) -> Result<Option<PathBuf>, KernelError> {
    let imports = |python: Command| imports(python, with_device_tree);
    let python = tools::find("python3")?;
    // Asked in the environment that the build will have.
    let plain = |log| Tools {
        path_first: Vec::new(),
        log,
        progress,
    };
    if imports(plain(Path::new("")).command(&python)) {
        return Ok(None);
    }
    let entry = cache.entry("python", &key(&python, plain(Path::new("")).command(&python)));
    let own = entry.dir.join("bin/python3");
    // A system upgrade may have taken away the Python that it stands on.
    let is_whole = |_: &str| imports(plain(Path::new("")).command(&own));
    entry.get_or_make(progress, is_whole, |dir| {
        let _ = std::fs::remove_file(&entry.log);
        let tools = plain(&entry.log);
        let mut venv = tools.command(&python);
        venv.args(["-m", "venv"]).arg(dir);
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
        let mut pip = tools.command(&dir.join("bin/python3"));
        // pip's own settings, such as a company's index or a proxy, count here.
        pip.envs(std::env::vars_os().filter(|(name, _)| {
            let name = name.to_string_lossy().to_uppercase();
            name.starts_with("PIP_")
                || name.ends_with("_PROXY")
                || name.starts_with("SSL_CERT")
                || name == "REQUESTS_CA_BUNDLE"
        }));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            REQUIREMENT,
        ]);
        tools.run("installing the kernel's Python packages", pip)?;
        Ok::<_, KernelError>(format!("requirement = {REQUIREMENT:?}\n"))
    })?;
    Ok(Some(entry.dir.join("bin")))
}

/// Whether [`find`] finds everything installed.
pub fn is_at_hand(cache: &Cache, with_device_tree: bool) -> bool {
    let imports = |python: Command| imports(python, with_device_tree);
    let Ok(python) = tools::find("python3") else {
        return false;
    };
    let plain = || Tools {
        path_first: Vec::new(),
        log: Path::new(""),
        progress: &Silent,
    };
    let own = || {
        cache
            .entry("python", &key(&python, plain().command(&python)))
            .dir
            .join("bin/python3")
    };
    imports(plain().command(&python)) || imports(plain().command(&own()))
}

/// The requirement, and the Python that the environment stands on.
fn key(python: &Path, mut command: Command) -> String {
    let version = command
        .arg("--version")
        .output()
        .map(|output| output.stdout)
        .unwrap_or_default();
    let parts = [REQUIREMENT.as_bytes(), python.as_os_str().as_encoded_bytes(), &version];
    hash(parts)[..16].to_owned()
}

fn imports(mut python: Command, with_device_tree: bool) -> bool {
    let mut script = EVERYWHERE.to_owned();
    if with_device_tree {
        script.push('\n');
        script.push_str(WITH_DEVICE_TREE);
    }
    python.args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}
