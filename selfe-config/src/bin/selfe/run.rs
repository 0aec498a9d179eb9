//! `selfe run ELF`: cargo's runner. A root task has a note that names the kernel build that it was
//! linked for; that kernel is booted.

use crate::boot::{self, BootFlags};
use crate::bootable::Bootable;
use crate::context;
use crate::exit::Failure;
use crate::on_target;
use crate::progress::Terminal;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::cache::Cache;
use selfe_config::image::Program;
use selfe_config::kernel;
use selfe_config::model::{Document, Platform};
use selfe_config::testing::{Session, tests_of};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Boot a root task on the kernel that it was linked for: as cargo's runner, `runner = "selfe run"`
///
/// A program of tests (crate selfe-test) is run test by test, and reports as `cargo test` does. A
/// program for this computer's own system is run directly.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Run {
    #[command(flatten)]
    boot: BootFlags,
    /// An argument for QEMU; may be given several times
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    qemu: Vec<String>,
    /// The root task and its arguments, which `selfe_start::args()` reads; a program of tests takes
    /// those of `cargo test`, such as a part of a test's name and --exact
    ///
    /// Everything after the root task is for it: flags of selfe's come before.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, num_args = 1.., value_names = ["ELF", "ARGS"])]
    words: Vec<OsString>,
}

/// The program for this computer that the arguments of `selfe run` name, with its arguments:
/// nothing after its name is for selfe.
pub fn program_of_this_computer(arguments: &[OsString]) -> Option<Result<ExitCode, Failure>> {
    if arguments.first()? != "run" {
        return None;
    }
    let at = arguments.iter().skip(1).position(|word| Path::new(word).is_file())? + 1;
    let program = Program::read(Path::new(&arguments[at])).ok()?;
    let is_root_task = program.kernel_key.is_some() || !program.kind.is_dynamic;
    (program.kind.is_hosted || !is_root_task).then(|| run_here(&program.path, arguments[at + 1..].to_vec()))
}

impl Run {
    pub fn run(mut self) -> Result<ExitCode, Failure> {
        let elf = PathBuf::from(self.words.remove(0));
        let bootable = find(&elf)?;
        if self.words.first().is_some_and(|first| first == "--") {
            self.words.remove(0);
        }
        let words = boot::text(self.words)?;
        let settings = self.boot.settings(self.qemu)?;
        let progress = Terminal::new(self.boot.verbose);
        let tests = tests_of(bootable.explainer.program())
            .map_err(|error| Failure::new(ErrorKind::Usage, error.to_string()))?;
        let Some(tests) = tests else {
            return bootable.boot(&self.boot, words, &settings, &progress);
        };
        let Bootable {
            cache,
            explainer,
            manifest,
            platform,
        } = bootable;
        let session = Session::new(cache, manifest, platform, elf, settings);
        on_target::run(session, explainer, tests, words, progress)
    }
}

/// A root task with the kernel that it was linked for.
///
/// # Errors
/// It does not say for which, or that kernel is not there.
pub fn find(elf: &Path) -> Result<Bootable, Failure> {
    let program = Program::read(elf)?;
    let Some(key) = &program.kernel_key else {
        return Err(no_note(elf));
    };
    let cache = Cache::open()?;
    let manifest = kernel::find(&cache, key)?.manifest;
    let document = document(&manifest.platform)?;
    let platform = document.platform(&Platform(manifest.platform.clone()))?.clone();
    Ok(Bootable::new(cache, program, manifest, platform))
}

/// The project's configuration is needed only for a platform of its own. If cargo was started
/// elsewhere, as for a member of a workspace, it is beside the crate that cargo runs, or above it.
fn document(platform: &str) -> Result<Document, Failure> {
    if selfe_config::platform::lookup(platform).is_some() {
        return Ok(Document::embedded());
    }
    let knows = |document: &Document| document.platform(&Platform(platform.to_owned())).is_ok();
    if let Some(document) = context::find()?.filter(knows) {
        return Ok(document);
    }
    let folder = context::variable("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let path = folder
        .ancestors()
        .map(|dir| dir.join("sel4.toml"))
        .find(|path| path.is_file());
    match path.filter(|path| path.is_absolute()) {
        Some(path) => Ok(Document::read(&path)?),
        None => Ok(Document::embedded()),
    }
}

fn no_note(elf: &Path) -> Failure {
    let message = format!(
        "{} does not say which kernel it was linked for\n\
         a root task says so when it depends on selfe-sys of this version and was linked with selfe_config::build_helpers::root_task() in its build.rs\n\
         a root task without that boots with `selfe simulate`, where sel4.toml names it as `root_task_image`",
        elf.display()
    );
    Failure::new(ErrorKind::Usage, message)
}

/// Replaces this process with a program for this computer.
fn run_here(elf: &Path, arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    // A name without a folder would be looked up on PATH.
    let path = std::path::absolute(elf).unwrap_or_else(|_| elf.to_owned());
    let mut command = Command::new(path);
    command.args(arguments);
    #[cfg(unix)]
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    let error = match command.status() {
        Ok(status) => {
            return Ok(ExitCode::from(
                status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
            ));
        }
        Err(error) => error,
    };
    Err(Failure::new(
        ErrorKind::Run,
        format!("can't run {}: {error}", elf.display()),
    ))
}
