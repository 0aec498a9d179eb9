//! `selfe doctor`: the tools on this computer.

use crate::bug_report;
use crate::context;
use crate::exit::Failure;
use crate::optional::{self, Optional};
use anstream::{eprintln, println};
use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use selfe_config::ErrorKind;
use selfe_config::model::{Document, Platform, SeL4Arch};
use selfe_config::tools;
use selfe_config::tools::check::{Finding, look_for, needed, packages};
use selfe_config::tools::system::System;
use std::io::IsTerminal;
use std::process::{Command, ExitCode, Stdio};

/// Check every tool that a platform's builds need, and show how to install what is missing
///
/// The Rust target's library and gdb are looked for, too. Builds work without them, so a missing
/// one is a note.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Doctor {
    /// The platform whose tools are checked
    #[arg(short, long, value_name = "NAME", default_value = "pc99")]
    platform: String,
    /// Check for this architecture only [default: this computer's if the platform runs it, or else
    /// all]
    #[arg(long = "sel4_arch", value_name = "ARCH")]
    sel4_arch: Option<String>,
    /// Install what is missing
    #[arg(long)]
    fix: bool,
    /// Print a table for a bug report, without paths and names of yours
    #[arg(long, conflicts_with = "fix")]
    report: bool,
}

const NOTE: Style = AnsiColor::Green.on_default();
const MISSING: Style = AnsiColor::Red.on_default();

impl Doctor {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let name = Platform(self.platform.clone());
        // A machine is set up before its projects are: a broken sel4.toml does not matter here.
        let document = match selfe_config::platform::lookup(&name.0) {
            Some(_) => Document::embedded(),
            None => context::find()?.unwrap_or_else(Document::embedded),
        };
        let platform = document.platform(&name)?;
        let host = std::env::consts::ARCH
            .parse()
            .ok()
            .filter(|host| platform.sel4_arch.contains_key(host));
        let sel4_arch: Option<SeL4Arch> = match &self.sel4_arch {
            Some(word) => Some(word.parse()?),
            None => host,
        };
        let programs = needed(platform, sel4_arch);
        let mut findings = look(&programs);
        if self.report {
            let own = context::find()?.filter(|own| own.full().build.contains_key(&platform.name));
            let own = own.unwrap_or_else(Document::embedded);
            bug_report::print(own, &self.platform, sel4_arch, &findings)?;
            return Ok(ExitCode::SUCCESS);
        }
        if self.fix && findings.iter().any(|finding| finding.found.is_none()) {
            report(&findings);
            fix(&findings, System::this())?;
            findings = look(&programs);
        }
        report(&findings);
        for optional in optional::look(platform, sel4_arch) {
            match optional {
                Optional::Found(what, which) => println!("ok       {what} ({which})"),
                Optional::Missing(what, advice) => println!("{NOTE}note{NOTE:#}     {what} is missing: {advice}"),
            }
        }
        let missing: Vec<&Finding> = findings.iter().filter(|finding| finding.found.is_none()).collect();
        if missing.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let names: Vec<&str> = missing.iter().map(|finding| finding.program.as_str()).collect();
        let system = System::this();
        let line = system.install_line(&packages(&findings, system));
        let advice = format!(
            "missing: {}\ninstall with: {line}\n(as root; `selfe doctor --fix` runs it){}",
            names.join(", "),
            wheel(&missing)
        );
        Err(Failure::new(ErrorKind::MissingTool, advice))
    }
}

fn look(programs: &[String]) -> Vec<Finding> {
    programs.iter().map(|program| look_for(program)).collect()
}

fn report(findings: &[Finding]) {
    let width = findings.iter().map(|finding| finding.program.len()).max().unwrap_or(0);
    for Finding {
        program,
        purpose,
        found,
    } in findings
    {
        match found {
            Some(found) => println!(
                "ok       {program:<width$}  {} ({})",
                found.version,
                found.path.display()
            ),
            None => println!("{MISSING}missing{MISSING:#}  {program:<width$}  {purpose}"),
        }
    }
}

/// libclang can be installed without root, too.
fn wheel(missing: &[&Finding]) -> &'static str {
    if missing.iter().any(|finding| finding.program == "libclang") {
        "\nwithout root: `pip install libclang`, and set LIBCLANG_PATH to the folder `clang/native` of that package\nif libclang is installed elsewhere: set LIBCLANG_PATH to its folder"
    } else {
        ""
    }
}

/// Installs what is missing, as root or through sudo.
fn fix(findings: &[Finding], system: System) -> Result<(), Failure> {
    if system == System::Other {
        let message = format!(
            "selfe does not know this system's package manager\ninstall the packages with: {}",
            packages(findings, system).join(" ")
        );
        return Err(Failure::new(ErrorKind::MissingTool, message));
    }
    let Some(update) = system.update_line() else {
        let install = system.install_line(&packages(findings, system));
        return run_as_root(&install, &install);
    };
    let both = format!("{update} && {}", system.install_line(&packages(findings, system)));
    run_as_root(update, &both)?;
    // After the update apt may know other packages, so the choice may differ.
    let install = system.install_line(&packages(findings, system));
    run_as_root(&install, &install)
}

/// Runs a shell line as root. `by_hand` is what the user should run if selfe can't.
fn run_as_root(line: &str, by_hand: &str) -> Result<(), Failure> {
    let mut command = as_root(line).ok_or_else(|| {
        let message = format!(
            "can't install what is missing: this needs root, and sudo is not possible\nas root, run: {by_hand}"
        );
        Failure::new(ErrorKind::MissingTool, message)
    })?;
    eprintln!("running: {line}");
    let status = command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(std::io::stderr())
        .status();
    Failure::unless_success(status, ErrorKind::MissingTool, |why| {
        format!("installing failed: {why}\nthe command was: {line}")
    })
}

/// The command that runs a shell line as root: directly, or through sudo if that needs no
/// password or can ask for it.
fn as_root(line: &str) -> Option<Command> {
    if rustix::process::geteuid().is_root() {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        return Some(command);
    }
    let sudo = tools::find("sudo").ok()?;
    let may_ask = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let mut trial = Command::new(&sudo);
    trial
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !may_ask && !trial.status().is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new(sudo);
    command.args(["sh", "-c", line]);
    Some(command)
}
