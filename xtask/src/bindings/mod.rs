//! `cargo xtask bindings`: checks selfe-sys for each sel4_arch, on its own processor and with its
//! own C compiler.
//!
//! For a case of `tests/matrix.toml` it builds the programs of `tests/on-target` for the case's
//! Rust target. One compares the bitfield types' functions to their definitions; it runs natively
//! or under QEMU's user-mode emulation. The other prints Rust's values of each size, offset and
//! constant as assertions in C, which the compiler of libsel4 checks. bindgen's own layout tests
//! are checked when selfe-sys compiles.

mod check;
mod compiler;
mod program;

use crate::matrix::{self, Case, Profile};
use crate::run::Failure;
use crate::setup;
use crate::tally::{SKIPPED, Tally};
use check::Ending;

/// The usage message.
const USAGE: &str = "\
cargo xtask bindings         check the bindings of each sel4_arch
cargo xtask bindings CASE…   of these cases of tests/matrix.toml
cargo xtask bindings --releases
                             of all cases of every release";

/// The command with its arguments.
///
/// # Errors
/// A wrong argument, or a check that failed.
pub fn bindings(arguments: &[&str]) -> Result<(), Failure> {
    let cases = match arguments {
        [] => one_of_each(matrix::cases()?),
        ["--releases"] => matrix::release_cases()?,
        names if names.iter().any(|name| name.starts_with('-')) => return Err(Failure::usage(USAGE.to_owned())),
        names => matrix::named(names)?,
    };
    let mut tally = Tally::default();
    run(cases, &mut tally)?;
    println!("{tally}");
    match (tally.failed, tally.skipped.len()) {
        (0, skipped) if skipped > 0 && crate::tally::requires_all() => {
            Err(Failure::step("SELFE_REQUIRE_ALL=1 allows no skipped check", None))
        }
        (0, _) => Ok(()),
        (failed, _) => Err(Failure::step(format!("{failed} checks of the bindings failed"), None)),
    }
}

/// Checks the bindings of each sel4_arch, and those of an older release, and adds to the count.
///
/// # Errors
/// Nothing could be started.
pub fn all(total: &mut Tally) -> Result<(), Failure> {
    let mut cases = one_of_each(matrix::cases()?);
    cases.extend(matrix::bound_release_cases()?);
    run(cases, total)
}

fn run(mut cases: Vec<Case>, total: &mut Tally) -> Result<(), Failure> {
    let all = matrix::cases()?;
    cases.iter_mut().for_each(|case| on_bare_metal(case, &all));
    setup::emulators();
    setup::rust_targets(&cases);
    for case in cases {
        let about = format!("bindings of {} ({}, {})", case.sel4_arch, case.name, case.rust_target);
        match check::check(&case)? {
            Ending::Done { checks, assertions } => {
                println!("{about}: {checks} checks of bitfields, {assertions} assertions in C: ok");
                // The compiler's verdict is one.
                total.passed += checks + 1;
            }
            Ending::Failed { count, why } => {
                println!("{about}: FAILED\n{why}");
                total.failed += count;
            }
            Ending::Skipped(why) => {
                eprintln!("{SKIPPED}{about}: {why}");
                total.skipped.push(format!("{about}: {why}"));
            }
        }
    }
    Ok(())
}

/// Whether a case's Rust target has no operating system.
fn is_bare(case: &Case) -> bool {
    !case.rust_target.contains("-linux-")
}

/// Builds the programs for the bare-metal target of the sel4_arch if there is one: its library has
/// the memory functions, which a target with an operating system takes from the C library.
fn on_bare_metal(case: &mut Case, all: &[Case]) {
    let bare = all
        .iter()
        .find(|other| other.sel4_arch == case.sel4_arch && is_bare(other));
    if let Some(bare) = bare.filter(|_| !is_bare(case)) {
        case.rust_target.clone_from(&bare.rust_target);
    }
}

/// The first plain case of each sel4_arch, with a bare-metal target if there is one.
fn one_of_each(cases: Vec<Case>) -> Vec<Case> {
    let mut chosen: Vec<Case> = Vec::new();
    for case in cases {
        if case.build_only || !case.options.is_empty() || !case.features.is_empty() || case.profile != Profile::Debug {
            continue;
        }
        match chosen.iter_mut().find(|other| other.sel4_arch == case.sel4_arch) {
            None => chosen.push(case),
            Some(other) if is_bare(&case) && !is_bare(other) => *other = case,
            Some(_) => {}
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sel4_arch_is_checked_once_on_a_processor_that_is_known() {
        let cases = one_of_each(matrix::cases().unwrap());
        assert_eq!(cases.len(), 7);
        for case in cases {
            let error = program::runner(&case.sel4_arch).err().unwrap_or_default();
            assert!(!error.contains("no emulation is known"), "{error}");
            assert_eq!(is_bare(&case), case.sel4_arch != "ia32");
        }
    }

    #[test]
    fn the_cases_of_releases_are_checked_on_bare_metal() {
        let all = matrix::cases().unwrap();
        for mut case in matrix::release_cases().unwrap() {
            let own = case.clone();
            on_bare_metal(&mut case, &all);
            assert!(is_bare(&case), "{}", case.name);
            assert!(!is_bare(&own) || case == own, "{}", case.name);
        }
    }
}
