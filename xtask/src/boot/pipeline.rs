//! Runs many cases at once, as far as they don't wait for each other: while one boots, cargo builds
//! the next one's programs, and the kernel of a third is built. Cargo locks its folder, so there is
//! one line of builds for each folder.

use super::job::Job;
use super::report::{Report, Verdict};
use crate::matrix::Case;
use crate::run::{Failure, selfe_program};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The finished cases, by their position in the table.
type End = (usize, Report);

/// Takes every case through all its steps; the reports are in the order of the cases.
///
/// # Errors
/// `selfe` does not build, or a case's folder can't be made.
pub fn run(cases: Vec<Case>) -> Result<Vec<Report>, Failure> {
    let selfe = selfe_program()?;
    let jobs = cases.into_iter().enumerate();
    let jobs = jobs.map(|(index, case)| Job::new(index, case, &selfe));
    let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
    let total = jobs.len();
    let mut ends: Vec<End> = Vec::new();
    std::thread::scope(|scope| {
        let (ended, all_ends) = channel();
        let (built, to_boot) = channel();
        let mut lines: BTreeMap<Option<PathBuf>, Sender<Job>> = BTreeMap::new();
        for dir in jobs.iter().map(Job::target_dir) {
            lines.entry(dir).or_insert_with(|| {
                let (line, to_build) = channel();
                let (built, ended) = (built.clone(), ended.clone());
                scope.spawn(move || build(to_build, &built, &ended));
                line
            });
        }
        drop(built);
        let at_boot = ended.clone();
        scope.spawn(move || boot(to_boot, &at_boot));
        // The lines end when no more kernels come.
        scope.spawn(move || kernels(jobs, &lines, &ended));
        for (index, report) in all_ends {
            tell(ends.len() + 1, total, &report);
            ends.push((index, report));
        }
    });
    ends.sort_by_key(|(index, _)| *index);
    Ok(ends.into_iter().map(|(_, report)| report).collect())
}

fn tell(count: usize, total: usize, report: &Report) {
    let name = &report.case.name;
    match &report.verdict {
        Verdict::Passed(seen) => eprintln!("[{count}/{total}] {name}: {seen}"),
        Verdict::Failed(why) => eprintln!("[{count}/{total}] {name}: FAILED: {why}"),
        Verdict::Skipped(why) => eprintln!("[{count}/{total}] {name}: skipped: {why}"),
    }
}

// A receiver is only gone if its thread has panicked, which ends the scope with that panic, so the
// result of `send` adds nothing.

fn kernels(jobs: Vec<Job>, lines: &BTreeMap<Option<PathBuf>, Sender<Job>>, ended: &Sender<End>) {
    for mut job in jobs {
        match (job.kernel(), lines.get(&job.target_dir())) {
            (Ok(()), Some(line)) => {
                let _ = line.send(job);
            }
            (Err(verdict), _) => end(job, verdict, ended),
            (Ok(()), None) => unreachable!("there is a line for the folder of each job"),
        }
    }
}

fn build(jobs: Receiver<Job>, built: &Sender<Job>, ended: &Sender<End>) {
    for mut job in jobs {
        match job.programs() {
            Ok(()) => {
                let _ = built.send(job);
            }
            Err(verdict) => end(job, verdict, ended),
        }
    }
}

fn boot(jobs: Receiver<Job>, ended: &Sender<End>) {
    for mut job in jobs {
        let verdict = job.boot().map_or_else(|verdict| verdict, Verdict::Passed);
        end(job, verdict, ended);
    }
}

fn end(job: Job, verdict: Verdict, ended: &Sender<End>) {
    let _ = ended.send((job.index, job.report(verdict)));
}
