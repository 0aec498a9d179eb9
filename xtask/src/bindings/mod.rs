//! `cargo xtask bindings`: checks selfe-sys for each sel4_arch, on its own processor and with its own C compiler.
//!
//! For a case of `tests/matrix.toml` it builds the programs of `tests/on-target` for the case's Rust target. One compares the
//! bitfield types' functions with their definitions; it runs natively or under QEMU's user-mode emulation. The other prints what
//! Rust makes of each size, offset and constant, as assertions in C, and the compiler of libsel4 judges them. bindgen's own layout
//! tests are checked when selfe-sys compiles.

mod check;
mod compiler;
mod program;

use crate::matrix::{self, Case, Profile};
use crate::run::Failure;
use crate::setup;
use crate::tally::{SKIPPED, Tally};
use check::Ending;

/// How `cargo xtask bindings` is used.
const USAGE: &str = "\
cargo xtask bindings         check the bindings of each sel4_arch
cargo xtask bindings CASE…   of these cases of tests/matrix.toml";

/// The command with its arguments.
///
/// # Errors
/// A wrong argument, or a check that failed.
pub fn bindings(arguments: &[&str]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| argument.starts_with('-')) {
        return Err(Failure::usage(USAGE.to_owned()));
    }
    let cases = match arguments {
        [] => one_of_each(matrix::cases()?),
        names => matrix::named(names)?,
    };
    let mut tally = Tally::default();
    run(cases, &mut tally)?;
    println!("{tally}");
    match (tally.failed, tally.skipped.len()) {
        (0, skipped) if skipped > 0 && crate::test::requires_all() => {
            Err(Failure::step("SELFE_REQUIRE_ALL=1 allows no skipped check", None))
        }
        (0, _) => Ok(()),
        (failed, _) => Err(Failure::step(format!("{failed} checks of the bindings failed"), None)),
    }
}

/// Checks the bindings of each sel4_arch and adds to the count.
///
/// # Errors
/// Nothing could be started.
pub fn all(total: &mut Tally) -> Result<(), Failure> {
    run(one_of_each(matrix::cases()?), total)
}

fn run(cases: Vec<Case>, total: &mut Tally) -> Result<(), Failure> {
    setup::emulators();
    setup::rust_targets(&cases);
    for case in cases {
        let about = format!("bindings of {} ({}, {})", case.sel4_arch, case.name, case.rust_target);
        match check::check(&case)? {
            Ending::Done { checks, assertions } => {
                println!("{about}: {checks} checks of bitfields, {assertions} assertions in C: ok");
                // The compiler's judgement is one.
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

/// The first plain case of each sel4_arch, with a bare-metal target where there is one: its library has the memory functions.
fn one_of_each(cases: Vec<Case>) -> Vec<Case> {
    let mut chosen: Vec<Case> = Vec::new();
    for case in cases {
        if case.build_only || !case.options.is_empty() || case.profile != Profile::Debug {
            continue;
        }
        let bare = |case: &Case| !case.rust_target.contains("-linux-");
        match chosen.iter_mut().find(|other| other.sel4_arch == case.sel4_arch) {
            None => chosen.push(case),
            Some(other) if bare(&case) && !bare(other) => *other = case,
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
            assert_eq!(case.rust_target.contains("-linux-"), case.sel4_arch == "ia32");
        }
    }
}
