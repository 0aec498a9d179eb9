//! A case in progress: the kernel, the programs, the boots.

use super::checks::Checks;
use super::report::{Report, Verdict};
use super::step::{self, Done};
use super::{CONFORMANCE, EXAMPLE, OUTCOMES, debugger, outcomes};
use crate::matrix::{Case, Profile, Scratch};
use crate::run::{Failure, clean};
use crate::toolchain::Toolchain;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The time limit of a boot in seconds.
const TIMEOUT: &str = "120";

/// How often a boot is repeated if a busy computer stopped QEMU at a wrong moment. On a busy
/// computer that happens to one boot in ten with two nodes.
const ATTEMPTS: usize = 4;

/// A case in progress.
pub struct Job {
    /// Its position in the table.
    pub index: usize,
    case: Case,
    scratch: Scratch,
    toolchain: Result<Toolchain, String>,
    selfe: PathBuf,
    kernel: Option<Duration>,
    programs: Option<Duration>,
    boot: Option<Duration>,
    checks: Option<Duration>,
}

impl Job {
    /// A case that has not started.
    ///
    /// # Errors
    /// Its folder can't be made.
    pub fn new(index: usize, case: Case, selfe: &Path) -> Result<Self, Failure> {
        Ok(Job {
            index,
            scratch: Scratch::new(&case)?,
            toolchain: Toolchain::find(&case.rust_target),
            case,
            selfe: selfe.to_owned(),
            kernel: None,
            programs: None,
            boot: None,
            checks: None,
        })
    }

    /// Where cargo builds it: jobs with different folders can be built at the same time.
    pub fn target_dir(&self) -> Option<PathBuf> {
        self.toolchain.as_ref().ok().map(Toolchain::target_dir)
    }

    /// Builds the kernel.
    pub fn kernel(&mut self) -> Result<(), Verdict> {
        if let Err(reason) = &self.toolchain {
            return Err(Verdict::Skipped(reason.clone()));
        }
        self.build_kernel()
    }

    /// Builds only the kernel: a Rust compiler for its programs is not needed.
    pub fn kernel_alone(mut self) -> Report {
        let verdict = self.build_kernel();
        self.report(verdict.map_or_else(|why| why, |()| Verdict::Passed("built".to_owned())))
    }

    fn build_kernel(&mut self) -> Result<(), Verdict> {
        let done = self.run(self.selfe_build(self.scratch.dir()))?;
        self.kernel = Some(done.time);
        done.success("the kernel").map(drop)
    }

    /// Builds the root tasks and keeps them.
    pub fn programs(&mut self) -> Result<(), Verdict> {
        let toolchain = self.toolchain.as_ref();
        let toolchain = toolchain.map_err(|reason| Verdict::Skipped(reason.clone()))?;
        let mut command = clean(toolchain.build());
        command.args(["-p", EXAMPLE, "-p", "selfe-conformance"]);
        let names = [Some(EXAMPLE), Some(CONFORMANCE), self.case.tests.then_some(OUTCOMES)];
        for name in names.into_iter().flatten() {
            command.args(["--bin", name]);
        }
        command.args(self.case.feature_arguments());
        if self.case.profile == Profile::Release {
            command.arg("--release");
        }
        command.env("SEL4_CONFIG_PATH", self.scratch.config());
        command.env("SEL4_PLATFORM", &self.case.platform);
        command.env("SEL4_OVERRIDE_SEL4_ARCH", &self.case.sel4_arch);
        let folder = toolchain.target_dir().join(&self.case.rust_target);
        let done = self.run(command)?;
        self.programs = Some(done.time);
        done.success("cargo build")?;
        for name in names.into_iter().flatten() {
            let program = folder.join(self.case.profile.word()).join(name);
            let copied = std::fs::copy(&program, self.scratch.program(name));
            copied.map_err(|error| Verdict::Failed(format!("can't keep {}: {error}", program.display())))?;
        }
        Ok(())
    }

    /// Boots the root tasks, or makes the image; returns what was seen.
    pub fn boot(&mut self) -> Result<String, Verdict> {
        if self.case.build_only {
            let done = self.run(self.selfe_build(&self.scratch.image_dir()))?;
            self.boot = Some(done.time);
            let done = done.success("the image")?;
            return image(&done.out).map_err(Verdict::Failed);
        }
        self.example()?;
        let seen = self.conformance()?;
        let mut more = String::new();
        if self.case.tests {
            more += &format!(", {} tests", self.outcomes()?);
        }
        if self.case.gdb {
            self.debugged()?;
            more += ", gdb";
        }
        Ok(seen + &more)
    }

    /// gdb has to stop in the example's own code, and to know where that is and a variable's value.
    fn debugged(&mut self) -> Result<(), Verdict> {
        let mut command = clean(Command::new(&self.selfe));
        command.current_dir(self.scratch.dir());
        command.arg("debug").arg(self.scratch.program(EXAMPLE)).arg("--");
        let done = self.run(debugger::arguments(command))?.success("gdb")?;
        debugger::check(&done.out).map_err(Verdict::Failed)
    }

    /// Each test of selfe-test's own has to end in its way.
    fn outcomes(&mut self) -> Result<usize, Verdict> {
        let mut done = self.run(self.selfe_run(OUTCOMES))?;
        for _ in 1..ATTEMPTS {
            // The failure of a test during which the kernel halted has the kernel's words.
            if !clock_went_wrong(&done.out) && !clock_went_wrong(&done.err) {
                break;
            }
            done = self.run(self.selfe_run(OUTCOMES))?;
        }
        if done.code != Some(outcomes::FAILED) {
            done.success("the tests of selfe-test, which have to fail,")?;
            return Err(Verdict::Failed("the tests of selfe-test did not fail".to_owned()));
        }
        outcomes::check(&done.out).map_err(Verdict::Failed)
    }

    /// The example has to print its greeting and succeed.
    fn example(&mut self) -> Result<(), Verdict> {
        let done = self.boot_program(EXAMPLE)?;
        self.boot = Some(done.time);
        let done = done.success("the example")?;
        let greeting = format!("({}, {})!", self.case.sel4_arch, self.case.platform);
        let version = self.case.kernel.as_ref().and_then(|kernel| kernel.get("tag"));
        let version = version.and_then(toml::Value::as_str).unwrap_or_default();
        let hello = format!("Hello from Rust on seL4 {version}");
        let greets = |line: &&str| line.starts_with(&hello) && line.ends_with(&greeting);
        match done.out.lines().find(greets) {
            Some(_) => Ok(()),
            None => Err(Verdict::Failed(format!(
                "the example did not greet with `{hello} … {greeting}`"
            ))),
        }
    }

    /// Each check has to be well, or to say why there is nothing to check.
    fn conformance(&mut self) -> Result<String, Verdict> {
        let done = self.boot_program(CONFORMANCE)?;
        self.checks = Some(done.time);
        let checks = Checks::read(&done.out);
        if let Some(failed) = checks.failed.first() {
            return Err(Verdict::Failed(format!("{checks}; {failed}")));
        }
        done.success(&format!("after {checks}"))?;
        if !checks.are_complete() {
            return Err(Verdict::Failed(format!("{checks}, and not all of them told")));
        }
        Ok(format!("booted, {checks}"))
    }

    /// The end of the job.
    pub fn report(self, verdict: Verdict) -> Report {
        Report {
            toolchain: self.toolchain.as_ref().map_or("-", Toolchain::describe),
            kernel: self.kernel,
            programs: self.programs,
            boot: self.boot,
            checks: self.checks,
            verdict,
            log: self.scratch.log(),
            case: self.case,
        }
    }

    /// Boots a root task; again if the kernel's clock was wrong because the computer is busy.
    fn boot_program(&self, program: &str) -> Result<Done, Verdict> {
        let mut done = self.run(self.selfe_run(program))?;
        for _ in 1..ATTEMPTS {
            if done.code == Some(0) || !clock_went_wrong(&done.out) {
                break;
            }
            done = self.run(self.selfe_run(program))?;
        }
        Ok(done)
    }

    fn run(&self, command: Command) -> Result<Done, Verdict> {
        step::run(command, &self.scratch.log())
    }

    /// `selfe build` in a folder with a sel4.toml.
    fn selfe_build(&self, dir: &Path) -> Command {
        let mut command = clean(Command::new(&self.selfe));
        command.current_dir(dir).args(["build", "--platform"]);
        command.args([&self.case.platform, "--sel4_arch", &self.case.sel4_arch]);
        command.arg(format!("--{}", self.case.profile.word()));
        command
    }

    /// `selfe run` of a root task.
    fn selfe_run(&self, program: &str) -> Command {
        let mut command = clean(Command::new(&self.selfe));
        command.current_dir(self.scratch.dir());
        // The kernel's own lines show whether its clock went wrong.
        command.args(["run", "--verbose", "--timeout", TIMEOUT]);
        command.arg(self.scratch.program(program));
        command
    }
}

/// Whether a busy computer, which stopped QEMU for a while, made the kernel's clock wrong.
fn clock_went_wrong(console: &str) -> bool {
    clocks_were_mismeasured(console) || deadline_was_missed(console)
}

/// Whether a Cortex-A9 kernel with MCS set a deadline that passed before QEMU compared it. The
/// kernel asserts that the interrupt is then pending (`setDeadline`), as in hardware; QEMU raises
/// it a moment later.
fn deadline_was_missed(console: &str) -> bool {
    console.contains("failed assertion 'getCurrentTime() < deadline")
}

/// Whether an x86 kernel with MCS measured its timer as faster than its processor. It measures both
/// against a third clock, and a busy computer may stop QEMU between the two. The ratio, rounded
/// down, is then 0, which the kernel uses for a timer in processor cycles (`apic_init` and
/// `setDeadline`): it sets a timer that this machine does not have, and the clock never stops a
/// thread. Each node measures, and the last one's numbers are used for all.
fn clocks_were_mismeasured(console: &str) -> bool {
    let measured = |line: &str| line.starts_with("Apic Khz ") && line.ends_with(", ratio 0");
    console.lines().any(measured)
}

/// The output of `selfe build`: the build directory, then the images. Returns the first image's
/// name and size.
fn image(printed: &str) -> Result<String, String> {
    let path = printed.lines().nth(1).ok_or("`selfe build` named no image")?;
    let path = Path::new(path);
    let size = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{name}, {} KiB", size.len() / 1024))
}

#[cfg(test)]
mod tests {
    use super::{clock_went_wrong, clocks_were_mismeasured};

    #[test]
    fn a_deadline_that_had_passed_is_told_from_other_assertions() {
        let assertion = |what: &str| format!("seL4 failed assertion '{what}' at file.h:1 in function f");
        assert!(clock_went_wrong(&assertion("getCurrentTime() < deadline || other")));
        assert!(!clock_went_wrong(&assertion("other")));
    }

    #[test]
    fn a_timer_faster_than_its_processor_is_a_wrong_measure() {
        assert!(clocks_were_mismeasured("x\nApic Khz 1040457, TSC Mhz 217, ratio 0\ny"));
        assert!(!clocks_were_mismeasured("Apic Khz 62500, TSC Mhz 2495, ratio 39"));
        // The second of two nodes.
        assert!(clocks_were_mismeasured(
            "Apic Khz 1000579, TSC Mhz 2431, ratio 2\nStarting node #1 with APIC ID 1 \nApic Khz 999846, TSC Mhz 676, ratio 0\n"
        ));
    }
}
