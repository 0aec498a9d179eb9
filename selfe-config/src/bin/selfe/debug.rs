//! `selfe debug ELF`: the machine halted before its first instruction, and gdb.

use crate::boot::{self, BootFlags};
use crate::context::{self, Choice, Locked};
use crate::exit::{self, Failure};
use crate::progress::Terminal;
use crate::root_task;
use crate::run;
use anstream::eprintln;
use clap::Args;
use selfe_config::ErrorKind;
use selfe_config::boot::Scratch;
use selfe_config::boot::qemu::{self, Debugger};
use selfe_config::symbols::Symbols;
use selfe_config::tools;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Debug a root task: gdb with the symbols of root task and kernel, stopped at `main`
///
/// The machine's console goes to standard error. Ctrl-C interrupts the root task; gdb's `quit` ends
/// the run.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Debug {
    #[command(flatten)]
    boot: BootFlags,
    /// Only wait for a debugger on this TCP port of this computer, as for an editor
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "1234")]
    server: Option<u16>,
    /// An argument for QEMU; may be given several times
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    qemu: Vec<String>,
    /// The root task [default: what `make_root_task` of sel4.toml makes for the debug profile]
    #[arg(value_name = "ELF")]
    elf: Option<PathBuf>,
    /// Arguments for gdb
    #[arg(last = true, value_name = "GDB ARGS")]
    gdb: Vec<OsString>,
}

impl Debug {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let progress = Terminal::new(self.boot.verbose);
        let elf = match self.elf {
            Some(elf) => elf,
            None => made(&progress)?,
        };
        let bootable = run::find(&elf)?;
        let manifest = &bootable.manifest;
        let main = main_function(&elf, bootable.explainer.symbols());
        let gdb = match self.server {
            Some(_) => None,
            None => Some(find_gdb(manifest.sel4_arch.gdbs())?),
        };
        let folder = match self.server {
            Some(_) => BootFlags::scratch()?,
            // Ctrl-C is for gdb, so no signal ends this run.
            None => Scratch::new().map_err(boot::no_scratch)?,
        };
        let socket = folder.path().join("gdb");
        let mut settings = self.boot.settings(self.qemu)?;
        settings.extra.extend(qemu::debug_arguments(match self.server {
            Some(port) => qemu::GdbServer::Port(port),
            None => qemu::GdbServer::Socket(&socket),
        }));
        let image = bootable.image(folder.path(), Vec::new(), &progress)?;
        let machine = bootable.machine();
        let kernel = manifest.kernel_elf.as_deref();
        let Some(gdb) = gdb else {
            let port = self.server.unwrap_or_default();
            eprintln!(
                "waiting for a debugger: {}",
                connect(&elf, kernel, port, main.as_deref())
            );
            let outcome = qemu::run(machine, &image, &settings, &bootable.explainer, &progress)?;
            return exit::of_outcome(outcome, &bootable.explainer);
        };
        let mut command = Command::new(gdb);
        command.arg("-q").arg(&elf);
        for line in commands(kernel, &socket.display().to_string(), main.as_deref()) {
            command.arg("-ex").arg(line);
        }
        command.args(&self.gdb);
        let status = Debugger::start(machine, &image, &settings, &progress)?.run(&mut command);
        match status {
            Ok(status) => Ok(ExitCode::from(
                status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
            )),
            Err(error) => Err(Failure::new(ErrorKind::Run, format!("can't run gdb: {error}"))),
        }
    }
}

/// The root task of sel4.toml, made now.
fn made(progress: &Terminal) -> Result<PathBuf, Failure> {
    let chosen = Choice::default().resolve(context::require()?)?;
    let Some(root_task) = &chosen.config.build.root_task else {
        return Err(Failure::new(
            ErrorKind::Usage,
            "there is nothing to debug: sel4.toml names no `root_task_image` for this platform and the debug profile\nhelp: name the root task, as in `selfe debug target/debug/root-task`",
        ));
    };
    root_task::make(&chosen, root_task, Locked::default().rule()?, progress)
}

fn find_gdb(names: &[&str]) -> Result<PathBuf, Failure> {
    let failed = |missing| Failure::new(ErrorKind::MissingTool, format!("can't debug: {missing}"));
    tools::find_one_of(names).map_err(failed)
}

/// What gdb does before it asks the user.
fn commands(kernel: Option<&Path>, target: &str, main: Option<&str>) -> Vec<String> {
    // It would ask whether to add symbols.
    let mut lines = vec!["set confirm off".to_owned()];
    lines.extend(kernel.map(|kernel| format!("add-symbol-file \"{}\"", kernel.display())));
    lines.push("set confirm on".to_owned());
    lines.push(format!("target remote {target}"));
    if let Some(main) = main {
        lines.push(format!("tbreak {main}"));
        lines.push("continue".to_owned());
    }
    lines
}

/// The command that connects gdb to a port.
fn connect(elf: &Path, kernel: Option<&Path>, port: u16, main: Option<&str>) -> String {
    let quoted = |text: &str| shlex::try_quote(text).map_or_else(|_| text.to_owned(), |text| text.into_owned());
    let lines = commands(kernel, &format!("localhost:{port}"), main);
    let lines = lines.iter().map(|line| format!(" -ex {}", quoted(line)));
    format!(
        "gdb {}{}",
        quoted(&elf.display().to_string()),
        lines.collect::<String>()
    )
}

/// Where gdb stops first, as its commands name it: the Rust function `main` of the program, or else
/// what calls it, which every program has.
fn main_function(elf: &Path, symbols: &Symbols) -> Option<String> {
    let file = elf.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
    // Cargo adds a hash to the names of tests and examples.
    let krate = file
        .rsplit_once('_')
        .filter(|(_, hash)| hash.len() == 16)
        .map_or(&*file, |(name, _)| name);
    let address = symbols
        .address(&format!("{krate}::main"))
        .or_else(|| symbols.address("main"))?;
    Some(format!("*{address:#x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gdb_s_commands_bear_a_space_in_the_kernel_s_path() {
        let lines = commands(Some(Path::new("/a b/kernel.elf")), "/tmp/x/gdb", Some("*0x401000"));
        assert_eq!(
            lines,
            [
                "set confirm off",
                "add-symbol-file \"/a b/kernel.elf\"",
                "set confirm on",
                "target remote /tmp/x/gdb",
                "tbreak *0x401000",
                "continue"
            ]
        );
        let line = connect(Path::new("/c d/e"), None, 1234, None);
        assert_eq!(
            line,
            "gdb '/c d/e' -ex 'set confirm off' -ex 'set confirm on' -ex 'target remote localhost:1234'"
        );
    }
}
