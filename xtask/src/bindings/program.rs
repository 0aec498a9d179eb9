//! Running a program for another processor, with a time limit.

use crate::toolchain::find_program;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The time limit of a program: many times what it needs, even under QEMU on a busy computer.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The processor of each sel4_arch, by the name of QEMU's user-mode emulation.
const PROCESSORS: &[(&str, &str)] = &[
    ("x86_64", "x86_64"),
    ("ia32", "i386"),
    ("aarch64", "aarch64"),
    ("aarch32", "arm"),
    ("arm_hyp", "arm"),
    ("riscv64", "riscv64"),
    ("riscv32", "riscv32"),
];

/// How a program for this sel4_arch is run: by the emulation, or directly on this computer's
/// processor.
///
/// # Errors
/// It can't be run here: what is missing.
pub fn runner(sel4_arch: &str) -> Result<Option<Command>, String> {
    let processor = PROCESSORS.iter().find(|(name, _)| *name == sel4_arch);
    let (_, processor) = processor.ok_or_else(|| format!("no emulation is known for {sel4_arch}"))?;
    if std::env::consts::OS != "linux" {
        return Err("the programs are for Linux".to_owned());
    }
    if std::env::consts::ARCH == *processor {
        return Ok(None);
    }
    let name = format!("qemu-{processor}");
    let found = find_program(&name).or_else(|| find_program(&format!("{name}-static")));
    match found {
        Some(path) => Ok(Some(Command::new(path))),
        None => Err(format!(
            "{name} is missing (on Debian and Ubuntu: `apt-get install qemu-user`)"
        )),
    }
}

/// What a program printed, and whether it succeeded.
///
/// # Errors
/// It can't be started, or reached the time limit.
pub fn run(runner: Option<Command>, program: &Path) -> Result<(String, bool), String> {
    let mut command = runner.unwrap_or_else(|| Command::new("env"));
    command.arg(program).stdin(Stdio::null()).stdout(Stdio::piped());
    let failed = |error| format!("can't run {}: {error}", program.display());
    let mut child = command.spawn().map_err(failed)?;
    let out = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut out) = out {
            // What could be read is what there is.
            let _ = out.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if start.elapsed() > TIMEOUT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{} ran for more than {TIMEOUT:?}", program.display()));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    Ok((reader.join().unwrap_or_default(), status.success()))
}
