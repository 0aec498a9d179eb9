//! `cargo xtask boot`: builds and boots root tasks on the kernels of `tests/matrix.toml`, and
//! reports what was seen.

mod checks;
mod debugger;
mod job;
mod outcomes;
mod pipeline;
pub mod report;
pub mod step;

use crate::matrix::{self, Case};
use crate::run::Failure;
use crate::setup;
use crate::tally::Tally;
use report::{Report, Verdict};

/// The first root task that every case boots: its package and program.
pub const EXAMPLE: &str = "example_application";
/// The second one, which checks what programs rely on.
pub const CONFORMANCE: &str = "conformance";
/// The third one, of some cases: the tests of selfe-test itself.
pub const OUTCOMES: &str = "outcomes";

/// The usage message.
const USAGE: &str = "\
cargo xtask boot CASE…   build, boot and check these cases of tests/matrix.toml
cargo xtask boot --all   all of the workspace's own kernel
cargo xtask boot --releases
                         all of every release
cargo xtask boot --kernels CASE… | --all | --releases
                         their kernels alone, without programs
cargo xtask boot --list  their names";

/// The command with its arguments.
///
/// # Errors
/// A wrong argument, or a case that failed.
pub fn boot(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["--list"] => {
            let mut all = matrix::cases()?;
            all.extend(matrix::release_cases()?);
            print!("{}", report::list(&all));
            Ok(())
        }
        ["--kernels", which @ ..] => kernels(chosen(which)?),
        which => these(chosen(which)?),
    }
}

/// The cases that are named on the command line.
fn chosen(arguments: &[&str]) -> Result<Vec<Case>, Failure> {
    Ok(match arguments {
        ["--all"] => matrix::cases()?,
        ["--releases"] => matrix::release_cases()?,
        [] => return Err(Failure::usage(USAGE.to_owned())),
        names => match names.iter().find(|name| name.starts_with('-')) {
            Some(flag) => return Err(Failure::usage(format!("unknown option: {flag}\n\n{USAGE}"))),
            None => matrix::named(names)?,
        },
    })
}

/// Builds the kernels of these cases, without programs.
fn kernels(cases: Vec<Case>) -> Result<(), Failure> {
    setup::for_cases(&cases)?;
    let selfe = crate::run::selfe_program()?;
    let mut reports = Vec::new();
    for (index, case) in cases.into_iter().enumerate() {
        eprintln!("kernel of {}", case.name);
        reports.push(job::Job::new(index, case, &selfe)?.kernel_alone());
    }
    all_passed(&shown(reports))
}

/// Boots these cases.
///
/// # Errors
/// One of them failed.
pub fn these(cases: Vec<Case>) -> Result<(), Failure> {
    setup::for_cases(&cases)?;
    all_passed(&run(cases)?)
}

fn all_passed(reports: &[Report]) -> Result<(), Failure> {
    match reports.iter().filter(|report| report.failed()).count() {
        0 => Ok(()),
        count => Err(Failure::step(
            format!("{count} of {} cases failed", reports.len()),
            None,
        )),
    }
}

/// Boots every case that belongs to every test run, and adds to the count: each case is a test.
///
/// # Errors
/// Nothing could be started.
pub fn all(total: &mut Tally) -> Result<(), Failure> {
    let mut cases = matrix::cases()?;
    cases.extend(matrix::tested_release_cases()?);
    for report in run(cases)? {
        match report.verdict {
            Verdict::Passed(_) => total.passed += 1,
            Verdict::Failed(_) => total.failed += 1,
            Verdict::Skipped(why) => total.skipped.push(format!("boot of {}: {why}", report.case.name)),
        }
    }
    Ok(())
}

/// Boots the cases and prints the table of what was seen. With `SELFE_REQUIRE_ALL=1`, a skipped
/// case counts as failed.
fn run(cases: Vec<Case>) -> Result<Vec<Report>, Failure> {
    Ok(shown(pipeline::run(cases)?))
}

/// Prints the table.
fn shown(mut reports: Vec<Report>) -> Vec<Report> {
    if crate::tally::requires_all() {
        reports.iter_mut().for_each(Report::require);
    }
    print!("\n{}", report::table(&reports));
    for report in &reports {
        match &report.verdict {
            Verdict::Passed(_) => {}
            Verdict::Failed(why) => println!("{}: {why}\n  see {}", report.case.name, report.log.display()),
            Verdict::Skipped(why) => println!("{}: skipped: {why}", report.case.name),
        }
    }
    reports
}
