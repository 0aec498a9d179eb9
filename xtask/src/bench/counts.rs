//! The instructions of a case: builds the root task in release, makes QEMU log what it executes,
//! and counts.

use super::console::Order;
use super::table::{self, Bounds};
use super::{memory, trace};
use crate::boot::report::Verdict;
use crate::boot::step;
use crate::matrix::{Case, Profile, Scratch};
use crate::run::{Failure, clean};
use crate::toolchain::{Toolchain, find_program};
use object::{Object, ObjectSegment, SegmentFlags};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The time limit of a run in seconds: QEMU is a hundred times slower when it logs instructions.
const TIMEOUT: &str = "600";

/// The root task's name for `cargo build` and the folders.
const PROGRAM: &str = "bench";

/// The rows of a case's tables.
pub struct Rows {
    /// System calls.
    pub calls: Vec<table::Row>,
    /// Memory functions.
    pub memory: Vec<memory::Row>,
}

/// The rows of a case's tables.
///
/// # Errors
/// The folder can't be made; or, as a verdict, the case can't be measured here, or failed.
pub fn of_case(mut case: Case, selfe: &Path, bounds: &Bounds) -> Result<Result<Rows, Verdict>, Failure> {
    let name = case.name.clone();
    case.profile = Profile::Release;
    case.name = format!("bench-{name}");
    let scratch = Scratch::new(&case)?;
    let toolchain = match Toolchain::find(&case.rust_target) {
        Ok(toolchain) => toolchain,
        Err(reason) => return Ok(Err(Verdict::Skipped(reason))),
    };
    let measure = || {
        let program = build(&case, &scratch, &toolchain)?;
        let (order, counts) = run(&program, &scratch, selfe)?;
        if order.runs.len() != counts.len() {
            let why = format!("{} runs were told, and {} counted", order.runs.len(), counts.len());
            return Err(Verdict::Failed(why));
        }
        let [calls, of_memory] = memory::split(order.runs, counts);
        Ok(Rows {
            calls: table::rows(&name, &calls.0, &calls.1, bounds).map_err(Verdict::Failed)?,
            memory: memory::rows(&of_memory.0, &of_memory.1, bounds).map_err(Verdict::Failed)?,
        })
    };
    Ok(measure())
}

/// Builds the root task.
fn build(case: &Case, scratch: &Scratch, toolchain: &Toolchain) -> Result<PathBuf, Verdict> {
    let mut command = clean(toolchain.build());
    command.args(["-p", "selfe-bench", "--release"]);
    command.env("SEL4_CONFIG_PATH", scratch.config());
    command.env("SEL4_PLATFORM", &case.platform);
    command.env("SEL4_OVERRIDE_SEL4_ARCH", &case.sel4_arch);
    step::run(command, &scratch.log())?.success("cargo build")?;
    let folder = toolchain.target_dir().join(&case.rust_target);
    Ok(folder.join(case.profile.word()).join(PROGRAM))
}

/// Runs it, and counts.
fn run(program: &Path, scratch: &Scratch, selfe: &Path) -> Result<(Order, Vec<u64>), Verdict> {
    let wrong = |what: &Path, error: &dyn std::fmt::Display| Verdict::Failed(format!("{}: {error}", what.display()));
    let trace = scratch.dir().join("trace");
    let text = text(program).map_err(|error| wrong(program, &error))?;
    let mut command = clean(Command::new(selfe));
    command.current_dir(scratch.dir());
    command.args(["run", "--timeout", TIMEOUT]);
    let range = format!("{:#x}..{:#x}", text.start, text.end - 1);
    let counting = ["-d", "exec,nochain", "-dfilter", &range, "-D"];
    for argument in one_instruction_a_block().iter().chain(&counting) {
        command.args(["--qemu", argument]);
    }
    command.arg("--qemu").arg(&trace).arg(program);
    let done = step::run(command, &scratch.log())?.success("the root task")?;
    let order =
        Order::read(&done.out).ok_or_else(|| Verdict::Failed("the root task did not tell its runs".to_owned()))?;
    let file = File::open(&trace).map_err(|error| wrong(&trace, &error))?;
    let counts = trace::counts(BufReader::new(file), order.marks).map_err(|error| wrong(&trace, &error))?;
    // Several hundred megabytes that nobody will read.
    std::fs::remove_file(&trace).map_err(|error| wrong(&trace, &error))?;
    Ok((order, counts))
}

/// The program's instructions.
fn text(program: &Path) -> Result<std::ops::Range<u64>, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(program)?;
    let file = object::File::parse(&*bytes)?;
    let executable = |flags| matches!(flags, SegmentFlags::Elf { p_flags, .. } if p_flags.contains(object::elf::PF_X));
    let segment = file.segments().find(|segment| executable(segment.flags()));
    let segment = segment.ok_or("it has no instructions")?;
    Ok(segment.address()..segment.address() + segment.size())
}

/// The argument with which QEMU translates and logs one instruction at a time; renamed in QEMU 8.1.
fn one_instruction_a_block() -> &'static [&'static str] {
    let programs = ["x86_64", "aarch64", "arm", "riscv64", "riscv32"].map(|arch| format!("qemu-system-{arch}"));
    let help = programs
        .iter()
        .filter_map(|name| find_program(name))
        .find_map(|program| {
            let output = Command::new(program).arg("--help").output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        });
    match help {
        Some(help) if help.contains("one-insn-per-tb") => &["-accel", "tcg,one-insn-per-tb=on"],
        _ => &["-singlestep"],
    }
}
